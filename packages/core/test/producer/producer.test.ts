import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { DataQueueConsumer } from "../../src/consumer/consumer.ts";
import type { Codec } from "../../src/contract/codec.ts";
import { ClosedError, DataQueueError, EncodeError, SchemaError, UnsupportedError } from "../../src/contract/errors.ts";
import { DataQueueProducer } from "../../src/producer/producer.ts";
import type { SendOptions } from "../../src/producer/producer-options.ts";
import type { Schema } from "../../src/contract/schema.ts";
import { batchesOf, producing, sizesOf, text, valuesOf, watch } from "./producing.ts";
import { failure, ScriptedLog, noResponse } from "../scripted-log.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"], now: 1_000 }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
/** A schema that accepts one value only. */
function schemaOf(good: (value: unknown) => boolean, later = false): Schema {
  const judge = (value: unknown) => (good(value) ? { value } : { issues: [{ message: "not good" }] });
  const validate = later ? async (value: unknown) => judge(value) : judge;
  return { "~standard": { version: 1, vendor: "test", validate } };
}

const short = schemaOf((value) => String(value).length < 3);

test("a producer connects on first use, or by connect", async () => {
  const { producer, log, events } = producing();
  await pass(10);
  expect(log.opened).toBe(0);
  await producer.connect();
  await producer.connect();
  await producer.send("0");
  expect(log.opened).toBe(1);
  expect(events).toEqual([{ type: "connected", role: "write", transport: "scripted", attempt: 0 }]);
});

test("the transport gets the role and connectTimeoutMs, and a connection that takes longer is given up", async () => {
  const { producer, log } = producing({ connectTimeoutMs: 70 });
  const asked: unknown[] = [];
  log.on.open = (role, options) => {
    asked.push(role, options.connectTimeoutMs);
    return noResponse();
  };
  const connecting = watch(producer.connect());
  await pass(69);
  expect(connecting.state).toBe("pending");
  await pass(1);
  expect(connecting.error).toMatchObject({
    message: "scripted: no connection within 70 ms",
    code: "REQUEST_TIMED_OUT",
  });
  expect(asked).toEqual(["write", 70]);
});

test("produce requests have acks, compression and timeout of the options", async () => {
  const { producer, log } = producing({ acks: 1, compression: "gzip", requestTimeoutMs: 70 });
  await producer.send("0");
  expect(log.calls("produce")[0]?.[2]).toEqual({ acks: 1, compression: "gzip", timeoutMs: 70 });
  expect(log.calls("initProducerId")).toEqual([]);
  // A request has 31 bits for the time.
  const endless = producing({ requestTimeoutMs: Infinity });
  await endless.producer.send("0");
  expect(endless.log.calls("produce")[0]?.[2]).toEqual({ acks: -1, compression: "none", timeoutMs: 2_147_483_647 });
});

test("allowAutoTopicCreation is part of every metadata request", async () => {
  for (const allowAutoTopicCreation of [true, false]) {
    const { producer, log } = producing({ allowAutoTopicCreation });
    await producer.send("0");
    expect(log.calls("metadata")).toEqual([[["a"], { allowAutoTopicCreation }]]);
  }
});

test("idempotent: true refuses a log without producer ids; left out, the producer sends without, and one event says so", async () => {
  const reason = failure("UNSUPPORTED_VERSION", { retriable: false });
  const [strict, lenient] = [producing({ idempotent: true }), producing({}, { a: 2 })];
  for (const { log } of [strict, lenient]) log.on.initProducerId = async () => Promise.reject(reason);
  await expect(strict.producer.send("0")).rejects.toMatchObject({
    message: expect.stringContaining("the log gives no producer ids, so idempotent: true is impossible"),
    code: "UNSUPPORTED_VERSION",
    retriable: false,
    topic: "a",
    partition: 0,
  });
  expect(valuesOf(strict.log)).toEqual([]);
  for (const partition of [0, 1, 0]) await lenient.producer.send("0", { partition });
  expect(batchesOf(lenient.log).flat()).toMatchObject([
    { partition: 0, identity: undefined, baseSequence: 0 },
    { partition: 1, identity: undefined, baseSequence: 0 },
    { partition: 0, identity: undefined, baseSequence: 0 },
  ]);
  expect(lenient.events.slice(1)).toEqual([{ type: "idempotenceUnavailable", reason }]);
});

test("a record has the given key, headers and timestamp, and the time of the send by default", async () => {
  const { producer, log } = producing();
  await producer.send("0", { key: "k", headers: { h: "v" }, timestamp: new Date(5) });
  expect(await producer.send("1")).toMatchObject({ timestamp: 1_000 });
  const [first, second] = log.recordsOf("a");
  expect(first).toEqual({
    key: text.encode("k"),
    value: text.encode("0"),
    headers: [["h", text.encode("v")]],
    timestamp: 5,
    offset: 0n,
  });
  expect(second).toMatchObject({ key: null, headers: [], timestamp: 1_000 });
});

test("a send's own topic and encoding replace the producer's, and null is no encoding", async () => {
  const { producer, log } = producing({}, { a: 1, b: 1 });
  const loud: Codec<number> = { name: "loud", encode: (value) => text.encode(`${value}!`), decode: () => 0 };
  expect(await producer.send("0", { topic: "b" })).toMatchObject({ topic: "b", offset: 0n });
  expect(await producer.send(1, { encoding: loud })).toMatchObject({ topic: "a", offset: 0n });
  expect(await producer.send(new Uint8Array([50]), { encoding: null })).toMatchObject({ offset: 1n });
  expect(await producer.send(null, { encoding: null })).toMatchObject({ offset: 2n });
  expect(await producer.send("3", { encoding: undefined, topic: undefined })).toMatchObject({ topic: "a", offset: 3n });
  expect(valuesOf(log, "b")).toEqual(["0"]);
  expect(valuesOf(log)).toEqual(["1!", "2", null, "3"]);
});

test("a send without any topic is refused", async () => {
  const { producer, log } = producing({ topic: undefined });
  const error: unknown = await producer.send("0").catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DataQueueError);
  expect(error).toMatchObject({
    message: "send needs a topic: name one in send or in the producer's options",
    code: "NO_TOPIC",
  });
  expect(await producer.send("0", { topic: "a" })).toMatchObject({ topic: "a" });
  expect(log.opened).toBe(1);
});

test("a schema is checked before anything is encoded or sent, at once or with a promise", async () => {
  for (const later of [false, true]) {
    let encoded = 0;
    const counting: Codec<string> = { ...text, encode: (value) => (encoded++, text.encode(value)) };
    const schema = schemaOf((value) => String(value).length < 3, later);
    const { producer, log } = producing({ schema, encoding: counting });
    const error: unknown = await producer.send("long").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(SchemaError);
    expect(error).toMatchObject({
      message: "the value for topic a does not match its schema: 1 issue\n * not good",
      issues: [{ message: "not good" }],
      topic: "a",
    });
    expect([encoded, log.opened]).toEqual([0, 0]);
    await producer.send("ok");
    expect(valuesOf(log)).toEqual(["ok"]);
  }
});

test.each([
  { what: "the producer's schema", ofProducer: { schema: short }, ofSend: {}, checked: true },
  {
    what: "the producer's validate: false",
    ofProducer: { schema: short, validate: false },
    ofSend: {},
    checked: false,
  },
  { what: "the producer's validate: true", ofProducer: { schema: short, validate: true }, ofSend: {}, checked: true },
  { what: "a send's schema", ofProducer: {}, ofSend: { schema: short }, checked: true },
  {
    what: "a send's validate: false over the producer's true",
    ofProducer: { schema: short, validate: true },
    ofSend: { validate: false },
    checked: false,
  },
  {
    what: "a send's validate: true over the producer's false",
    ofProducer: { schema: short, validate: false },
    ofSend: { validate: true },
    checked: true,
  },
  {
    what: "a send's schema over the producer's",
    ofProducer: { schema: short },
    ofSend: { schema: schemaOf(() => true) },
    checked: false,
  },
  { what: "validate: true without a schema", ofProducer: { validate: true }, ofSend: {}, checked: false },
])("$what: a value is checked: $checked", async ({ ofProducer, ofSend, checked }) => {
  const { producer } = producing(ofProducer);
  const send = watch(producer.send("long", ofSend));
  await pass(0);
  expect(send.state).toBe(checked ? "rejected" : "resolved");
});

test("a record of maxMessageBytes is sent, and one of a byte more is refused before it is sent", async () => {
  const { producer, log } = producing({ maxMessageBytes: 6 });
  const headers = { h: "v" };
  const sends = [
    watch(producer.send("aaa", { key: "k", headers })),
    watch(producer.send("aaaa", { key: "k", headers })),
    watch(producer.send("b")),
  ];
  await pass(0);
  expect(sends.map(({ state }) => state)).toEqual(["resolved", "rejected", "resolved"]);
  expect(sends[1]?.error).toBeInstanceOf(EncodeError);
  expect(sends[1]?.error).toMatchObject({
    message:
      "a record of 7 bytes for topic a is over maxMessageBytes (6); send less at a time or raise the limit here and on the broker",
    code: "RECORD_TOO_LARGE",
    topic: "a",
  });
  expect(valuesOf(log)).toEqual(["aaa", "b"]);
});

test("a value whose memory was transferred is refused", async () => {
  const { producer, log } = producing();
  const bytes = new Uint8Array([1]);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  await expect(producer.send(bytes, { encoding: null })).rejects.toThrow(
    "the value must be bytes, but its buffer was transferred or shrunk",
  );
  expect(log.opened).toBe(0);
});

test.each([
  [{ partition: -1 }, "partition must be a whole number from 0 to 2147483647, not -1"],
  [{ partition: 1.5 }, "partition must be a whole number from 0 to 2147483647, not 1.5"],
  [{ partition: "0" }, 'partition must be a whole number from 0 to 2147483647, not "0"'],
  [{ topic: "" }, 'topic must be a topic\'s name, not ""'],
  [{ key: 5 }, "key must be text, a Uint8Array or null, not 5"],
  [{ timestamp: -1 }, "timestamp must be milliseconds from 0 to 8640000000000000, or a Date of that time, not -1"],
  [{ signal: {} }, "signal must be an AbortSignal, not a Object"],
  [{ validate: "yes" }, 'validate must be true or false, not "yes"'],
  [{ encoding: 5 }, "encoding must be a codec, such as json(), with encode and decode, not 5"],
  [null, "options must be an object, not null"],
])("a send with %j is refused with its name, without a request", async (options, message) => {
  const { producer, log } = producing();
  const error: unknown = await producer.send("0", options as SendOptions<string>).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DataQueueError);
  expect(error).toMatchObject({ code: "INVALID_ARGUMENT", message });
  expect(log.opened).toBe(0);
});

test("what is no transport, and options that make no sense, are refused by the constructor", () => {
  expect(() => new DataQueueProducer("localhost" as unknown as ScriptedLog)).toThrow("transport must be a transport");
  expect(() => new DataQueueProducer(new ScriptedLog(), { lingerMs: -1 })).toThrow("lingerMs must be a whole number");
});

test("a producer without options sends bytes and tombstones", async () => {
  const log = new ScriptedLog();
  const producer = new DataQueueProducer(log);
  await producer.send(new Uint8Array([48]), { topic: "a" });
  await producer.send(null, { topic: "a" });
  expect(valuesOf(log)).toEqual(["0", null]);
});

test("a signal that is aborted already sends nothing and encodes nothing", async () => {
  let encoded = 0;
  const { producer, log } = producing({ encoding: { ...text, encode: (value) => (encoded++, text.encode(value)) } });
  const signal = AbortSignal.abort(new Error("not wanted"));
  await expect(producer.send("0", { signal })).rejects.toThrow("not wanted");
  expect([encoded, log.opened]).toEqual([0, 0]);
});

test("a signal has no listener left once its send is settled", async () => {
  const { producer } = producing();
  const stop = new AbortController();
  const removed = vi.spyOn(stop.signal, "removeEventListener");
  expect(await producer.send("0", { signal: stop.signal })).toMatchObject({ offset: 0n });
  expect(removed).toHaveBeenCalledWith("abort", expect.any(Function));
  stop.abort();
  expect(await producer.send("1")).toMatchObject({ offset: 1n });
});

test("a closed producer neither sends nor connects", async () => {
  const { producer, log } = producing();
  await producer.send("0");
  await producer.close();
  for (const call of [() => producer.send("1"), () => producer.connect()]) {
    const error: unknown = await call().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ClosedError);
    expect(error).toMatchObject({ message: "the producer is closed", code: "CLOSED" });
  }
  expect([log.opened, log.closed, sizesOf(log).length]).toEqual([1, 1, 1]);
});

test("a producer is refused on a transport that cannot write, and a consumer is not", () => {
  const log = Object.assign(new ScriptedLog(), {
    capabilities: { write: false, admin: false, idempotence: false, groups: false },
  });
  expect(() => new DataQueueProducer(log)).toThrow(UnsupportedError);
  expect(() => new DataQueueProducer(log)).toThrow("the transport scripted cannot write");
  expect(new DataQueueConsumer(log)).toBeDefined();
});
