import { DataQueueConsumer } from "@dataqueues/core";
import { describe, expect, test, vi } from "vitest";

import { recording } from "../src/index.ts";
import { blobOf } from "./recorded-night.ts";

describe("the consumer on a recording", () => {
  const values = async (file: Blob, more: object, take = Infinity): Promise<string[]> => {
    const consumer = new DataQueueConsumer(recording(file), { topics: "weather", until: "end", ...more });
    const found: string[] = [];
    for await (const { value } of consumer) {
      found.push(new TextDecoder().decode(value ?? undefined));
      if (found.length === take) break;
    }
    await consumer.close();
    return found.filter((value) => value.startsWith("weather 0")).map((value) => value.slice(10));
  };

  test("starts and stops at a time, and at the newest records", async () => {
    const file = await blobOf();
    expect(await values(file, { from: new Date(50_001) })).toEqual(["110", "111"]);
    expect(await values(file, { until: new Date(50_001) })).toEqual(["100", "101"]);
    expect(await values(file, { from: { last: 2 } })).toEqual(["110", "111"]);
  });

  test("gives only the newest record of each partition with latest", async () => {
    expect(await values(await blobOf(), { latest: "partition" })).toEqual(["111"]);
  });

  test("seeks, also back, and reads in batches", async () => {
    const consumer = new DataQueueConsumer(recording(await blobOf()), { topics: "gains", until: "end" });
    const places: bigint[][] = [];
    for await (const batch of consumer.batches()) places.push(batch.map(({ offset }) => offset));
    await consumer.close();
    expect(places).toEqual([[0n]]);
    const again = new DataQueueConsumer(recording(await blobOf()), { topics: "weather" });
    await again.connect();
    await again.seek([["weather", 0, 110n]]);
    const seen: bigint[] = [];
    for await (const { partition, offset } of again) {
      if (partition !== 0) continue;
      seen.push(offset);
      if (seen.length === 1) await again.seek([["weather", 0, 101n]]);
      if (seen.length === 3) break;
    }
    await again.close();
    expect(seen).toEqual([110n, 101n, 110n]);
  });

  test("waits at the end without until, and ends when it is closed", async () => {
    const consumer = new DataQueueConsumer(recording(await blobOf()), { topics: "gains" });
    const seen: bigint[] = [];
    const reading = (async () => {
      for await (const { offset } of consumer) seen.push(offset);
    })();
    await vi.waitFor(() => expect(seen).toEqual([0n]), { timeout: 10_000 });
    await consumer.close();
    await reading;
  });

  test("says at once what is wrong with the file", async () => {
    const reading = async (file: string): Promise<void> => {
      const consumer = new DataQueueConsumer(recording(file), { topics: "weather", until: "end" });
      try {
        for await (const { offset } of consumer) throw new Error(`record ${offset} came`);
      } finally {
        await consumer.close();
      }
    };
    await expect(reading("/none/night.mcap")).rejects.toThrow(
      "/none/night.mcap: there is no such file; check the path",
    );
    await expect(reading(import.meta.filename)).rejects.toThrow("recorded-consumer.test.ts: it is no MCAP file");
  });
});
