import { expect, test } from "vitest";

import { TransportError } from "../../src/contract/errors.ts";
import { NetworkClient } from "../../src/shared/network-client.ts";
import { ProduceBatcher } from "../../src/producer/produce-batcher.ts";
import type { Acks, ProduceBatch, ProduceOptions } from "../../src/contract/transport.ts";
import { failure, ScriptedLog } from "../scripted-log.ts";

const options: ProduceOptions = { acks: -1, compression: "gzip", timeoutMs: 5 };
const wanted = (): boolean => true;

function batcherOf(log: ScriptedLog, acks: Acks = -1): ProduceBatcher {
  const client = new NetworkClient(log, "write", { connectTimeoutMs: 1_000, requestTimeoutMs: 1_000 });
  return new ProduceBatcher(client, { ...options, acks });
}

function batchOf(partition: number, topic = "a"): ProduceBatch {
  const record = { key: null, value: new Uint8Array([partition]), headers: [], timestamp: 0 };
  return { topic, partition, records: [record], baseSequence: 0 };
}

test("batches of one tick for one leader are one request, with a result for each; other leaders have their own request", async () => {
  const log = new ScriptedLog({ a: 3, b: 1 });
  const batcher = batcherOf(log);
  log.append("a", 1, "before", "before");
  const batches = [batchOf(0), batchOf(1), batchOf(2), batchOf(0, "b")];
  const results = batches.map((batch, index) => batcher.produce(index === 2 ? 7 : 1, batch, wanted));
  expect(await Promise.all(results)).toEqual([
    { topic: "a", partition: 0, baseOffset: 0n },
    { topic: "a", partition: 1, baseOffset: 2n },
    { topic: "a", partition: 2, baseOffset: 0n },
    { topic: "b", partition: 0, baseOffset: 0n },
  ]);
  expect(log.calls("produce")).toEqual([
    [1, [batches[0], batches[1], batches[3]], options],
    [7, [batches[2]], options],
  ]);
});

test("a batch of the next tick is sent in the next request", async () => {
  const log = new ScriptedLog({ a: 2 });
  const batcher = batcherOf(log);
  const first = batcher.produce(1, batchOf(0), wanted);
  await Promise.resolve();
  const second = batcher.produce(1, batchOf(1), wanted);
  await Promise.all([first, second]);
  expect(log.calls("produce").map(([, batches]) => batches.length)).toEqual([1, 1]);
});

test("a result belongs to the batch whose topic and partition it names, whatever the order", async () => {
  const log = new ScriptedLog();
  const batcher = batcherOf(log);
  const error = failure("NOT_LEADER_OR_FOLLOWER");
  log.on.produce = async () => [
    { topic: "a", partition: 1, baseOffset: 11n },
    { topic: "b", partition: 0, baseOffset: 20n },
    { topic: "a", partition: 0, error },
  ];
  const results = [batchOf(0), batchOf(0, "b"), batchOf(1)].map((batch) => batcher.produce(1, batch, wanted));
  expect(await Promise.all(results)).toEqual([
    { topic: "a", partition: 0, error },
    { topic: "b", partition: 0, baseOffset: 20n },
    { topic: "a", partition: 1, baseOffset: 11n },
  ]);
});

test.each([
  ["is empty", []],
  ["names another partition", [{ topic: "a", partition: 1, baseOffset: 0n }]],
  ["names another topic", [{ topic: "b", partition: 0, baseOffset: 0n }]],
  ["has no offset", [{ topic: "a", partition: 0, baseOffset: -1n }]],
])("a response that %s acknowledges nothing, and the error is retriable", async (_what, results) => {
  const log = new ScriptedLog();
  log.on.produce = async () => results;
  const result = await batcherOf(log).produce(1, batchOf(0), wanted);
  expect(result).toMatchObject({ topic: "a", partition: 0 });
  expect(result.error).toBeInstanceOf(TransportError);
  expect(result.error).toMatchObject({
    message: "the answer to a produce request does not name a[0] and its offset",
    code: "UNKNOWN_SERVER_ERROR",
    retriable: true,
    topic: "a",
    partition: 0,
  });
});

test.each([
  [0, true],
  [1, false],
] as const)("acks: %i accepts a result without an offset: %s", async (acks, acknowledged) => {
  const log = new ScriptedLog();
  log.on.produce = async () => [{ topic: "a", partition: 0, baseOffset: -1n }];
  const result = await batcherOf(log, acks).produce(1, batchOf(0), wanted);
  expect(result.error === undefined).toBe(acknowledged);
});

test("a request that fails as a whole fails all of its batches with its reason", async () => {
  const log = new ScriptedLog({ a: 2 });
  const batcher = batcherOf(log);
  const reason = failure("NETWORK_EXCEPTION");
  log.on.produce = async () => Promise.reject(reason);
  const outcomes = await Promise.allSettled([0, 1].map((one) => batcher.produce(1, batchOf(one), wanted)));
  expect(outcomes).toEqual([
    { status: "rejected", reason },
    { status: "rejected", reason },
  ]);
});

test("batches that are not wanted any more when there is a connection are left out, and an empty request is not made", async () => {
  const log = new ScriptedLog({ a: 2 });
  const batcher = batcherOf(log);
  let connect = (): void => undefined;
  log.on.open = () => new Promise<void>((resolve) => (connect = resolve));
  let isWanted = true;
  const [left, sent] = [batcher.produce(1, batchOf(0), () => isWanted), batcher.produce(1, batchOf(1), wanted)];
  const alone = batcher.produce(2, batchOf(0), () => isWanted);
  await Promise.resolve();
  isWanted = false;
  connect();
  expect(await sent).toMatchObject({ partition: 1, baseOffset: 0n });
  for (const result of [await left, await alone]) expect(result.error).toMatchObject({ retriable: true });
  expect(log.calls("produce")).toEqual([[1, [batchOf(1)], options]]);
  expect(log.recordsOf("a", 0)).toEqual([]);
});
