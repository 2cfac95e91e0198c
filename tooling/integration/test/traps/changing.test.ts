import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import { utf8 } from "@dataqueues/codec-text";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";
import { take } from "../flows/flows.ts";

/** The generator of Numerical Recipes: the same numbers, from 0 up to 1, for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

test("a topic that is kept through 200 random changes loses, repeats and reorders nothing", async () => {
  const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
  console.log(`SEED=${seed}`);
  const random = randomFrom(seed);
  const log = memory();
  await using admin = new DataQueueAdmin(log);
  const topics = ["kept", "a", "b", "c"];
  await admin.createTopics(topics);
  await using producer = new DataQueueProducer(log, { encoding: utf8() });
  await using consumer = new DataQueueConsumer(log, { topics: ["kept"], encoding: utf8() });
  await consumer.connect();
  const write = async (): Promise<void> => {
    for (let index = 0; index < 500; index += 1)
      await Promise.all(topics.map((topic) => producer.send(String(index), { topic })));
  };
  const change = async (): Promise<void> => {
    for (let index = 0; index < 200; index += 1)
      await consumer.updateTopics(["kept", ...topics.slice(1).filter(() => random() < 0.5)]);
  };
  const read = async (): Promise<bigint[]> => {
    const offsets: bigint[] = [];
    for await (const { topic, offset } of consumer) {
      if (topic === "kept") offsets.push(offset);
      if (offsets.length === 500) break;
    }
    return offsets;
  };
  const [offsets] = await Promise.all([read(), write(), change()]);
  expect(offsets).toEqual(Array.from({ length: 500 }, (_, index) => BigInt(index)));
}, 30_000);

test("a deleted topic does not hold up the others, and is read and written again when it comes back", async () => {
  const log = memory();
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(["a", "b", "gone"]);
  await using producer = new DataQueueProducer(log, { encoding: utf8() });
  await using consumer = new DataQueueConsumer(log, { topics: ["a", "b", "gone"], encoding: utf8() });
  for (const topic of ["a", "b", "gone"]) await producer.send("before", { topic });
  await take(consumer, 3);
  await admin.deleteTopics(["gone"]);
  for (const topic of ["a", "b"]) await producer.send("while it is gone", { topic });
  expect((await take(consumer, 2)).map(({ topic }) => topic).sort()).toEqual(["a", "b"]);
  await admin.createTopics(["gone"]);
  expect(await producer.send("again", { topic: "gone" })).toMatchObject({ offset: 0n });
  expect(await take(consumer, 1)).toMatchObject([{ topic: "gone", value: "again", offset: 0n }]);
}, 20_000);
