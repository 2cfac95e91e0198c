import { UnsupportedError } from "@dataqueues/core";
import type { ProduceBatch, ProduceOptions } from "@dataqueues/core";
import { expect, test, vi } from "vitest";

import { int16, int32, int64, joined, list, text } from "./fields.ts";
import { open, startAlone } from "./scripted-cluster.ts";
import { api } from "./scripted-broker.ts";

/** By a word in the batch: the error with which compressing it fails. */
const failures = vi.hoisted(() => new Map<string, unknown>());

vi.mock("../src/compression.ts", async (original) => ({
  ...(await original<object>()),
  compress: (_compression: string, bytes: Buffer) => {
    const [, failure] = [...failures].find(([word]) => bytes.includes(word)) ?? [];
    return failure === undefined ? Promise.resolve(bytes) : Promise.reject(failure);
  },
}));

const options: ProduceOptions = { acks: -1, timeoutMs: 5_000, compression: "zstd" };

const batch = (partition: number, value: string | Uint8Array): ProduceBatch => ({
  topic: "a",
  partition,
  records: [{ key: null, value: Buffer.from(value), headers: [], timestamp: 5 }],
  baseSequence: 0,
});

/** A broker that writes partition 1 at offset 7. */
async function start() {
  const server = await startAlone({ a: [{}, {}, {}, {}] });
  const partition = joined(int32(1), int16(0), int64(7n), int64(-1n), int64(0n), list(), text(null));
  server.on(api.produce, () => joined(list(joined(text("a"), list(partition))), int32(0)));
  return { server, connection: await open("write", server) };
}

test.each([
  [
    "the library cannot be loaded",
    new UnsupportedError("zstd cannot be loaded here"),
    "UNSUPPORTED_COMPRESSION_TYPE",
    "zstd cannot be loaded here",
  ],
  ["compressing fails", new RangeError("too much"), "INVALID_RECORD", "too much"],
  ["compressing fails with a text", "oh", "INVALID_RECORD", "oh"],
])("if %s the batch is refused with its place, and the others are written", async (_what, cause, code, why) => {
  const { server, connection } = await start();
  failures.clear();
  failures.set("bad", cause);
  const results = await connection.produce(0, [batch(0, "bad"), batch(1, "good"), batch(2, "bad too")], options);
  const error = { code, retriable: false, topic: "a", cause };
  expect(results).toMatchObject([
    { topic: "a", partition: 0, error: { ...error, partition: 0, message: `Records for a [0]: ${code}: ${why}` } },
    { topic: "a", partition: 1, baseOffset: 7n },
    { topic: "a", partition: 2, error: { ...error, partition: 2 } },
  ]);
  expect(server.askedFor(api.produce)).toHaveLength(1);
});

test("if no batch can be compressed nothing is sent", async () => {
  const { server, connection } = await start();
  failures.clear();
  failures.set("bad", new RangeError("too much"));
  const results = await connection.produce(9, [batch(0, "bad"), batch(1, "bad")], options);
  expect(results.map(({ error }) => error?.code)).toEqual(["INVALID_RECORD", "INVALID_RECORD"]);
  expect(server.askedFor(api.metadata)).toHaveLength(1);
});

test("a batch that no memory can hold is refused with its place, and the others are written", async () => {
  const { connection } = await start();
  failures.clear();
  const value = Object.defineProperty(new Uint8Array(1), "length", { value: 2 ** 54 });
  const huge = { ...batch(0, ""), records: [{ key: null, value, headers: [], timestamp: 5 }] };
  const [refused, written] = await connection.produce(0, [huge, batch(1, "good")], options);
  expect(refused).toMatchObject({
    topic: "a",
    partition: 0,
    error: { code: "INVALID_RECORD", topic: "a", partition: 0 },
  });
  expect(refused?.error?.message).toMatch(/^Records for a \[0\]: INVALID_RECORD: .*out of range/);
  expect(refused?.error?.cause).toBeInstanceOf(RangeError);
  expect(written).toEqual({ topic: "a", partition: 1, baseOffset: 7n });
});
