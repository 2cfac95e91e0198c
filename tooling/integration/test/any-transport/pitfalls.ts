import { NdArray } from "@dataqueues/arrays";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { npy } from "@dataqueues/codec-npy";
import { utf8 } from "@dataqueues/codec-text";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import type { Transport } from "dataqueues";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import { expect, test } from "vitest";

import { take } from "../take.ts";

/** The pitfalls of docs/pitfalls.md that can be shown on any transport. */
export function pitfalls(transport: () => Transport): void {
  const run = `${process.pid}-${Date.now()}`;
  let topics = 0;
  const newTopics = async (...partitions: number[]): Promise<string[]> => {
    const names = partitions.map(() => `pitfall-${run}-${(topics += 1)}`);
    await using admin = new DataQueueAdmin(transport());
    await admin.createTopics(names.map((name, index) => [name, partitions[index] ?? 1]));
    return names;
  };

  test("pitfall 2: 200 random changes of other topics lose, repeat and reorder nothing of a topic that is kept", async () => {
    const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
    console.log(`SEED=${seed}`);
    const generator = mersenne(seed);
    const names = await newTopics(1, 1, 1, 1);
    const [kept = "", ...others] = names;
    await using producer = new DataQueueProducer(transport(), { encoding: utf8() });
    await using consumer = new DataQueueConsumer(transport(), { topics: [kept], encoding: utf8() });
    await consumer.connect();
    let changing = true;
    const write = async (): Promise<void> => {
      for (let round = 0; changing || round < 100; round += 1)
        await Promise.all(names.map((topic) => producer.send(String(round), { topic })));
      await producer.send("the end", { topic: kept });
    };
    const change = async (): Promise<void> => {
      for (let index = 0; index < 200; index += 1)
        await consumer.updateTopics([kept, ...others.filter(() => uniformInt(generator, 0, 1) === 0)]);
      changing = false;
    };
    const offsets = new Map(names.map((topic): [string, bigint[]] => [topic, []]));
    const read = async (): Promise<void> => {
      for await (const { topic, offset, value } of consumer) {
        if (value === "the end") break;
        offsets.get(topic)?.push(offset);
      }
    };
    await Promise.all([read(), write(), change()]);
    const seen = offsets.get(kept) ?? [];
    expect(seen.length).toBeGreaterThanOrEqual(100);
    expect(seen).toEqual(seen.map((_, index) => BigInt(index)));
    // The other topics continue where they were, or at their beginning after they were removed. No offset is skipped.
    for (const topic of others) {
      const some = offsets.get(topic) ?? [];
      expect(some.length).toBeGreaterThan(0);
      expect(some.filter((offset, index) => offset !== 0n && offset !== (some[index - 1] ?? -1n) + 1n)).toEqual([]);
    }
  }, 120_000);

  test("pitfall 11: arrays decode at any alignment, and changing one changes no other message", async () => {
    const [topic = ""] = await newTopics(1);
    await using producer = new DataQueueProducer(transport(), { topic });
    const values = Array.from({ length: 8 }, (_, index) => Float64Array.of(index, -index, index / 3));
    for (const encoding of [npy(), msgpackNumpy()]) {
      for (const [index, value] of values.entries()) {
        // Keys of different lengths give the values different alignments.
        await producer.send(NdArray.from(value), { encoding, key: "k".repeat(index) });
      }
    }
    for (const [encoding, from] of [
      [npy(), 0],
      [msgpackNumpy(), values.length],
    ] as const) {
      await using consumer = new DataQueueConsumer(transport(), { encoding, from: [[topic, 0, from]] });
      await consumer.assignTopics([[topic, 0]]);
      for (const { value } of await take(consumer, values.length)) {
        const data = value instanceof NdArray ? value.data : undefined;
        if (!(data instanceof Float64Array)) throw new Error("not a float64 array");
        expect(data).toEqual(values[data[0] ?? -1]);
        data.fill(NaN);
      }
    }
  });

  test("pitfall 22: a partition with many records does not delay the others", async () => {
    const [topic = ""] = await newTopics(3);
    await using producer = new DataQueueProducer(transport(), { topic });
    const busy = Array.from({ length: 500 }, () => producer.send(new Uint8Array(10_000), { partition: 0 }));
    await Promise.all([...busy, ...[1, 2].map((partition) => producer.send(new Uint8Array(1), { partition }))]);
    await using consumer = new DataQueueConsumer(transport(), { topics: [topic], maxBytesPerPartition: 100_000 });
    const partitions = (await take(consumer, 250)).map(({ partition }) => partition);
    expect(new Set(partitions)).toEqual(new Set([0, 1, 2]));
  });
}
