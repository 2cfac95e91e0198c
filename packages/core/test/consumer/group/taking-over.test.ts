import { expect, test } from "vitest";

import { pass, useFakeClock } from "../../fake-clock.ts";
import { failure, partitionMetadata, ScriptedLog } from "../../scripted-log.ts";
import { loopOver, take } from "../consuming.ts";
import { eventsOf, groupThatWants, inGroup, joined, placeOf, settled } from "./in-group.ts";

useFakeClock({ atMs: 5_000, leavesNoTimer: true });

test("the group hears at once that partitions are taken over, so that it waits for them when it wants them back", async () => {
  const log = new ScriptedLog({ a: 2 });
  for (const partition of [0, 1]) log.append("a", partition, "0", "1");
  const wishes = groupThatWants(log, [["a", 0]]);
  const { consumer, events } = await joined(log);
  const loop = loopOver(consumer);
  await take(loop, 2);
  let tell: () => void = () => undefined;
  log.on.fetchOffsets = async (member, partitions) => {
    await new Promise<void>((resolve) => (tell = resolve));
    return log.plain.fetchOffsets(member, partitions);
  };
  wishes.target = [
    ["a", 0],
    ["a", 1],
  ];
  const waiting = loop.next();
  await pass(2_500);
  expect(log.calls("heartbeat").at(-1)?.[0].owned).toEqual(wishes.target);
  // Another member has come, and waits for what this one has not begun to read.
  wishes.target = [["a", 0]];
  await pass(1_500);
  expect(log.calls("heartbeat").at(-1)?.[0].owned).toHaveLength(2);
  tell();
  await pass(0);
  await settled(consumer.commit());
  await pass(2_000);
  expect(log.calls("heartbeat").at(-1)?.[0].owned).toEqual([["a", 0]]);
  expect(eventsOf(events, "assigned", "revoked").map(({ type, partitions }) => [type, partitions])).toEqual([
    ["assigned", [["a", 0]]],
    ["assigned", [["a", 1]]],
    ["revoked", [["a", 1]]],
  ]);
  await settled(consumer.close());
  await waiting;
});

test("a partition begins at its committed place, also when a broker does not know its topic yet", async () => {
  const log = new ScriptedLog({ a: 2 });
  for (const partition of [0, 1]) log.append("a", partition, "0", "1", "2", "3", "4", "5", "6", "7");
  log.committed.set("g/a/0", 7n);
  log.committed.set("g/a/1", 6n);
  let asked = 0;
  log.on.metadata = async (topics) => {
    asked += 1;
    // The member's own question about its topics comes first; the reader then asks a broker that lags, and one that knows less.
    if (asked === 2) return [{ topic: "a", error: failure("UNKNOWN_TOPIC_OR_PARTITION", { topic: "a" }) }];
    if (asked === 3) return [{ topic: "a", partitions: partitionMetadata(1) }];
    return log.plain.metadata(topics);
  };
  const { consumer } = inGroup(log);
  const loop = loopOver(consumer);
  const taken = take(loop, 3);
  await pass(5_000);
  expect((await taken).toSorted()).toEqual(["a/0 7 7", "a/1 6 6", "a/1 7 7"]);
  await settled(consumer.close());
});

test.each(["COORDINATOR_LOAD_IN_PROGRESS", "UNSTABLE_OFFSET_COMMIT", "NOT_COORDINATOR", "STALE_MEMBER_EPOCH"] as const)(
  "%s for a committed offset is asked again, and never taken for none",
  async (code) => {
    const log = new ScriptedLog({ a: 1 });
    log.append("a", 0, "0", "1", "2");
    log.committed.set("g/a/0", 2n);
    let failures = 0;
    log.on.fetchOffsets = async (member, partitions) => {
      failures += 1;
      if (failures === 1) throw failure(code, { retriable: code !== "STALE_MEMBER_EPOCH" });
      if (failures > 3) return log.plain.fetchOffsets(member, partitions);
      return partitions.map(([topic, partition]) => ({ topic, partition, error: failure(code, { topic, partition }) }));
    };
    const { consumer } = inGroup(log);
    const first = take(loopOver(consumer), 1);
    await pass(5_000);
    expect(await first).toEqual(["a/0 2 2"]);
    await settled(consumer.close());
  },
);

test("an answer that leaves a partition out is asked again, and not taken for none", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0", "1", "2");
  log.committed.set("g/a/0", 2n);
  log.on.fetchOffsets = async () => {
    delete log.on.fetchOffsets;
    return [];
  };
  const { consumer } = inGroup(log);
  const first = take(loopOver(consumer), 1);
  await pass(1_000);
  expect(await first).toEqual(["a/0 2 2"]);
  await settled(consumer.close());
});

test.each([
  ["latest", "latest" as const, 3n],
  ["a Date", new Date(5), 2n],
  ["the newest records", { last: 1 }, 2n],
])(
  "where nothing is committed, the place that %s means is committed before anything is told or delivered",
  async (_, from, place) => {
    const log = new ScriptedLog({ a: 1 });
    log.on.listOffsets = async (leader, queries) =>
      (await log.plain.listOffsets(leader, queries)).map((one, index) =>
        typeof queries[index]?.at === "object" && one.error === undefined ? { ...one, offset: 2n } : one,
      );
    log.append("a", 0, "0", "1", "2");
    const { consumer, events } = await joined(log, { from, autoCommitIntervalMs: 3_600_000 });
    expect(placeOf(log)).toBe(place);
    expect(eventsOf(events, "committed", "assigned").map(({ type }) => type)).toEqual(["committed", "assigned"]);
    // Dead before its first commit: what was written meanwhile is the next member's.
    log.append("a", 0, "3");
    const next = await joined(log, { from });
    const first = await take(loopOver(next.consumer), 1);
    expect(first).toEqual([`a/0 ${place} ${place}`]);
    for (const one of [consumer, next.consumer]) await settled(one.close());
  },
);

test("from does not hold where a place is committed", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0", "1", "2");
  log.committed.set("g/a/0", 1n);
  const { consumer } = await joined(log, { from: "latest" });
  expect(await take(loopOver(consumer), 1)).toEqual(["a/0 1 1"]);
  await settled(consumer.close());
});

test("a committed place that the log does not have any more goes on where from says, and says what is gone", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0", "1", "2", "3");
  log.committed.set("g/a/0", 1n);
  log.on.fetch = async (leader, wanted, limits, options) => {
    if (wanted[0]?.offset !== 1n) return log.plain.fetch(leader, wanted, limits, options);
    return wanted.map(({ topic, partition }) => ({
      topic,
      partition,
      error: failure("OFFSET_OUT_OF_RANGE", { retriable: false }),
    }));
  };
  log.on.listOffsets = async (_, queries) =>
    queries.map(({ topic, partition, at }) => ({ topic, partition, offset: at === "earliest" ? 3n : 4n }));
  const { consumer, events } = await joined(log);
  const first = take(loopOver(consumer), 1);
  await pass(2_000);
  expect(await first).toEqual(["a/0 3 3"]);
  expect(eventsOf(events, "offsetOutOfRange")).toMatchObject([{ lostFrom: 1n, lostTo: 3n, resumedAt: 3n }]);
  await settled(consumer.close());
});
