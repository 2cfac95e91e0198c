import { describe, expect, test } from "vitest";

import { StreamStatistics } from "../src/worker/stream-statistics.ts";

const now = 1_000_000;
const none = (): undefined => undefined;

function delivered(partition: number, more: object = {}): Parameters<StreamStatistics["delivered"]>[0] {
  return { topic: "a", partition, bytes: 100, timestamp: now - 30, skipped: 0, ...more };
}

describe("statistics of streams", () => {
  test("rates are over the last five seconds", () => {
    const statistics = new StreamStatistics();
    statistics.open("a", 0);
    const rates: number[][] = [];
    for (const records of [1, 1, 2, 0, 1, 1, 0, 0, 0, 0, 0]) {
      for (let record = 0; record < records; record += 1) statistics.delivered(delivered(0), now);
      const [stream] = statistics.takeSecond(now, none);
      rates.push([stream?.recordsPerSecond ?? -1, stream?.bytesPerSecond ?? -1]);
    }
    expect(rates.map(([records]) => records)).toEqual([1, 1, 4 / 3, 1, 1, 1, 0.8, 0.4, 0.4, 0.2, 0]);
    expect(rates.map(([, bytes]) => bytes)).toEqual([100, 100, 400 / 3, 100, 100, 100, 80, 40, 40, 20, 0]);
  });

  test("each partition has its own, in the order in which they were opened", () => {
    const statistics = new StreamStatistics();
    for (const [topic, partition] of [
      ["a", 0],
      ["a", 3],
      ["b", 0],
    ] as const)
      statistics.open(topic, partition);
    statistics.delivered(delivered(3, { skipped: 2 }), now);
    statistics.delivered(delivered(3, { skipped: 1 }), now);
    statistics.delivered({ ...delivered(0), topic: "unknown" }, now);
    const told = statistics.takeSecond(now, none);
    expect(told.map(({ topic, partition, skipped }) => [topic, partition, skipped])).toEqual([
      ["a", 0, 0],
      ["a", 3, 3],
      ["b", 0, 0],
    ]);
    statistics.retain((topic) => topic === "a");
    expect(statistics.takeSecond(now, none)).toHaveLength(2);
  });

  test("the lag is how old the newest record was when it came, from the second on; if the log has newer ones, how old it is now", () => {
    const statistics = new StreamStatistics();
    statistics.open("a", 0);
    expect(statistics.takeSecond(now, () => 5n)[0]?.lagMs).toBeUndefined();
    // The first may be hours old: nothing is known from it.
    statistics.delivered(delivered(0, { timestamp: now - 3_600_000 }), now);
    expect(statistics.takeSecond(now, () => 0n)[0]?.lagMs).toBeUndefined();
    statistics.delivered(delivered(0), now);
    expect(statistics.takeSecond(now + 700, () => 0n)[0]?.lagMs).toBe(30);
    expect(statistics.takeSecond(now + 2000, () => 1n)[0]?.lagMs).toBe(2030);
    // The clocks of two machines differ.
    statistics.delivered(delivered(0, { timestamp: now + 500 }), now);
    expect(statistics.takeSecond(now, () => 0n)[0]?.lagMs).toBe(0);
  });

  test("opening a partition again keeps its counts", () => {
    const statistics = new StreamStatistics();
    statistics.open("a", 0);
    statistics.delivered(delivered(0, { skipped: 7 }), now);
    statistics.open("a", 0);
    expect(statistics.takeSecond(now, none)).toMatchObject([{ recordsPerSecond: 1, skipped: 7 }]);
  });
});
