import type { ProduceBatch, ProduceOptions } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

import { counted, sharedLog, textsOf, Viewer, writerTo } from "./viewer.ts";

const options: ProduceOptions = { acks: -1, timeoutMs: 1_000, compression: "none" };

function batchOf(partition: number, text: string, topic = "gains"): ProduceBatch {
  const record = { key: null, value: new TextEncoder().encode(text), headers: [], timestamp: 0 };
  return { topic, partition, records: [record], baseSequence: 0 };
}

test("batches go to the leaders of their partitions, and each has its own result", async () => {
  const transport = memory({ nodes: 3 });
  await writerTo(transport, [["gains", 3]]);
  const log = sharedLog(transport);
  const batches = [batchOf(2, "c"), batchOf(0, "a"), batchOf(7, "x"), batchOf(1, "b")];
  expect(await log.produce(batches, options)).toMatchObject([
    { partition: 2, baseOffset: 0n },
    { partition: 0, baseOffset: 0n },
    { partition: 7, error: { code: "UNKNOWN_TOPIC_OR_PARTITION" } },
    { partition: 1, baseOffset: 0n },
  ]);
  const [fetched] = await new Viewer(log).fetch([{ topic: "gains", partition: 1, offset: 0n }]);
  expect(textsOf(fetched)).toEqual(["b"]);
});

test("a batch is sent once: a leader that has moved is told, and the next one finds the new leader", async () => {
  const transport = memory({ nodes: 2 });
  await writerTo(transport, [["gains", 1]]);
  const log = sharedLog(transport);
  await log.produce([batchOf(0, "a")], options);
  transport.moveLeader("gains", 0, 2);
  expect(await log.produce([batchOf(0, "b")], options)).toMatchObject([{ error: { code: "NOT_LEADER_OR_FOLLOWER" } }]);
  expect(await log.produce([batchOf(0, "b")], options)).toMatchObject([{ baseOffset: 1n }]);
});

test("producer ids are the log's, and different ones", async () => {
  const log = sharedLog(memory());
  const ids = [await log.initProducerId(), await log.initProducerId()];
  expect(new Set(ids.map(({ producerId }) => producerId)).size).toBe(2);
});

test("an admin's results are as JSON has them, in the order of the specs", async () => {
  const transport = memory({ nodes: 2 });
  const log = sharedLog(transport);
  const specs = [{ topic: "gains", partitions: 2 }, { topic: "." }];
  expect(await log.admin({ request: "createTopics", specs })).toEqual([
    { topic: "gains" },
    { topic: ".", error: "INVALID_TOPIC_EXCEPTION" },
  ]);
  await log.produce([batchOf(1, "a"), batchOf(1, "b")], options);
  const deletions = [
    { topic: "gains", partition: 1, beforeOffset: "1" },
    { topic: "gains", partition: 0, beforeOffset: "5" },
    { topic: "gains", partition: 1, beforeOffset: "latest" },
  ];
  const deleted = await log.admin({ request: "deleteRecords", specs: deletions.slice(0, 2) });
  expect(deleted).toEqual([
    { topic: "gains", partition: 1, lowWatermark: "1" },
    { topic: "gains", partition: 0, error: "OFFSET_OUT_OF_RANGE" },
  ]);
  expect(await log.admin({ request: "deleteRecords", specs: deletions.slice(2) })).toEqual([
    { topic: "gains", partition: 1, lowWatermark: "2" },
  ]);
  const places = [1, 7].map((partition) => ({ topic: "gains", partition }));
  expect(await log.admin({ request: "describeLogDirs", specs: places })).toEqual([
    { topic: "gains", partition: 1, size: 0 },
    { topic: "gains", partition: 7, error: "UNKNOWN_TOPIC_OR_PARTITION" },
  ]);
  expect(await log.admin({ request: "deleteTopics", specs: ["gains", "none"] })).toEqual([
    { topic: "gains" },
    { topic: "none", error: "UNKNOWN_TOPIC_OR_PARTITION" },
  ]);
});

test("an admin who looks at sizes and settings has no leader asked for again", async () => {
  const inner = memory();
  await writerTo(inner, [["gains", 1]]);
  const { transport, counts } = counted(inner);
  const log = sharedLog(transport, { metadataMaxAgeMs: 600_000 });
  const sizeOf = (partition: number): Promise<unknown> =>
    log.admin({ request: "describeLogDirs", specs: [{ topic: "gains", partition }] });
  await sizeOf(0);
  const asked = counts.get("metadata");
  await log.admin({ request: "describeConfigs", specs: ["gains"] });
  await sizeOf(0);
  expect(counts.get("metadata")).toBe(asked);
  await log.admin({ request: "createPartitions", specs: [{ topic: "gains", partitions: 2 }] });
  expect(await sizeOf(1)).toEqual([{ topic: "gains", partition: 1, size: 0 }]);
});

test("a log that cannot write or be administrated says so", async () => {
  const inner = memory();
  const none = { write: false, admin: false, idempotence: false, groups: false };
  const log = sharedLog({ ...inner, capabilities: none });
  const unsupported = { code: "UNSUPPORTED" };
  await expect(log.produce([batchOf(0, "a")], options)).rejects.toMatchObject(unsupported);
  await expect(log.initProducerId()).rejects.toMatchObject(unsupported);
  await expect(log.admin({ request: "deleteTopics", specs: ["gains"] })).rejects.toMatchObject(unsupported);
});
