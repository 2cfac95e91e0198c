import { expect, test } from "vitest";

import { DataQueueConsumer } from "../../src/consumer/consumer.ts";
import { DecodeError } from "../../src/contract/errors.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import type { Schema } from "../../src/contract/schema.ts";
import { consuming, loopOver, take, text } from "./consuming.ts";
import { ScriptedLog } from "../scripted-log.ts";

const done = { done: true, value: undefined };

function logOf(...values: readonly string[]): ScriptedLog {
  const log = new ScriptedLog({ a: 2 });
  log.append("a", 1, ...values);
  return log;
}

/** A codec of texts that decodes at once or with a promise. */
const codecs = [
  ["at once", text],
  ["later", { ...text, decode: async (bytes: Uint8Array) => text.decode(bytes) }],
] as const;

const badRecords = (events: readonly DataQueueEvent[]): DataQueueEvent[] =>
  events.filter(({ type }) => type === "badRecord");

const badRecord = (offset: bigint, reason: unknown = expect.any(DecodeError)): DataQueueEvent => ({
  type: "badRecord",
  topic: "a",
  partition: 1,
  offset,
  reason,
});

test.each(codecs)(
  "a bad record rejects one next and is an event, and the iteration can go on: %s",
  async (_, encoding) => {
    const { consumer, events } = consuming(logOf("0", "bad 1", "bad 2", "3"), { encoding });
    const loop = loopOver(consumer);
    expect(await take(loop, 1)).toEqual(["a/1 0 0"]);
    for (const offset of [1n, 2n]) {
      const error: unknown = await loop.next().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DecodeError);
      expect(error).toMatchObject({
        topic: "a",
        partition: 1,
        offset,
        bytes: new TextEncoder().encode(`bad ${offset}`),
      });
      expect(badRecords(events).at(-1)).toEqual(badRecord(offset, error));
    }
    expect(await take(loop, 1)).toEqual(["a/1 3 3"]);
    expect(badRecords(events)).toHaveLength(2);
    await consumer.close();
  },
);

test.each(codecs)('bad records are skipped with onBadRecord: "skip", each with its event: %s', async (_, encoding) => {
  const { consumer, events } = consuming(logOf("bad 0", "1", "bad 2", "bad 3", "4"), { encoding, onBadRecord: "skip" });
  expect(await take(loopOver(consumer), 2)).toEqual(["a/1 1 1", "a/1 4 4"]);
  expect(badRecords(events)).toEqual([badRecord(0n), badRecord(2n), badRecord(3n)]);
  await consumer.close();
});

test.each(codecs)("an onBadRecord function is called for each bad record, and waited for: %s", async (_, encoding) => {
  const seen: string[] = [];
  const { consumer } = consuming(logOf("bad 0", "bad 1", "2"), {
    encoding,
    onBadRecord: async (error) => {
      seen.push(`begin ${error.offset}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      seen.push(`end ${error.offset}`);
    },
  });
  expect(await take(loopOver(consumer), 1)).toEqual(["a/1 2 2"]);
  expect(seen).toEqual(["begin 0", "end 0", "begin 1", "end 1"]);
  await consumer.close();
});

test.each(["throws", "rejects with"])(
  "an error that onBadRecord %s rejects that next, and the iteration can go on",
  async (how) => {
    const problem = new Error("stop here");
    const onBadRecord = (): void | Promise<void> => {
      if (how !== "throws") return Promise.reject(problem);
      throw problem;
    };
    const { consumer } = consuming(logOf("bad 0", "1", "bad 2", "3"), { onBadRecord });
    const loop = loopOver(consumer);
    await expect(loop.next()).rejects.toBe(problem);
    expect(await take(loop, 1)).toEqual(["a/1 1 1"]);
    await expect(loop.next()).rejects.toBe(problem);
    expect(await take(loop, 1)).toEqual(["a/1 3 3"]);
    await consumer.close();
  },
);

test("the next good record is waited for after the last bad one", async () => {
  const log = logOf("bad 0");
  const { consumer, events } = consuming(log, { onBadRecord: "skip" });
  const next = take(loopOver(consumer), 1);
  await consumer.connect();
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(badRecords(events)).toHaveLength(1);
  log.append("a", 1, "bad 1", "2");
  expect(await next).toEqual(["a/1 2 2"]);
  await consumer.close();
});

test("a loop that returns while it waits after a bad record takes no record with it", async () => {
  const log = logOf();
  const { consumer, events } = consuming(log, { onBadRecord: "skip" });
  const loop = loopOver(consumer);
  const waiting = loop.next();
  await consumer.connect();
  log.append("a", 1, "bad 0");
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(badRecords(events)).toHaveLength(1);
  await loop.return();
  expect(await waiting).toEqual(done);
  log.append("a", 1, "1");
  expect(await take(loopOver(consumer), 1)).toEqual(["a/1 1 1"]);
  await consumer.close();
});

test("a consumer that onBadRecord closes ends, and gives no more records", async () => {
  const { consumer } = consuming(logOf("bad 0", "1"), { onBadRecord: () => consumer.close() });
  expect(await loopOver(consumer).next()).toEqual(done);
});

const noX: Schema<string> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => (value === "x" ? { issues: [{ message: "no x" }] } : { value: String(value) }),
  },
};

test("a value that its schema refuses is a bad record, unless validate is false", async () => {
  const { consumer, events } = consuming(logOf("x", "y"), { schema: noX, onBadRecord: "skip" });
  expect(await take(loopOver(consumer), 1)).toEqual(["a/1 1 y"]);
  expect(badRecords(events)).toMatchObject([{ offset: 0n, reason: { code: "SCHEMA_MISMATCH" } }]);
  const { consumer: strict } = consuming(logOf("x"), { schema: noX, validate: true });
  await expect(loopOver(strict).next()).rejects.toMatchObject({ code: "SCHEMA_MISMATCH", offset: 0n });
  const { consumer: trusting } = consuming(logOf("x", "y"), { schema: noX, validate: false });
  expect(await take(loopOver(trusting), 2)).toEqual(["a/1 0 x", "a/1 1 y"]);
  await Promise.all([consumer.close(), strict.close(), trusting.close()]);
});

test("bytes are checked by the schema where there is no encoding", async () => {
  const odd: Schema<Uint8Array> = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) =>
        value instanceof Uint8Array && value.length % 2 === 1 ? { value } : { issues: [{ message: "even" }] },
    },
  };
  await using consumer = new DataQueueConsumer(logOf("ab", "abc"), { topics: "a", schema: odd, onBadRecord: "skip" });
  expect(await loopOver(consumer).next()).toMatchObject({ value: { offset: 1n } });
});
