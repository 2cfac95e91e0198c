import { Readable } from "node:stream";
import { ReadableStream, TransformStream } from "node:stream/web";

import { afterEach, expect, test, vi } from "vitest";

import { ClosedError, DataQueueError, EncodeError, TransportError } from "../../src/contract/errors.ts";
import type { Connection } from "../../src/contract/transport.ts";
import type { StreamOptions } from "../../src/producer/stream-options.ts";
import { noResponse, partitionMetadata } from "../scripted-log.ts";
import { producing, refuse, sequenced, sizesOf, text, valuesOf, watch } from "./producing.ts";
import type { Producing } from "./producing.ts";

afterEach(() => void vi.useRealTimers());

const ten = Array.from({ length: 10 }, (_, index) => String(index));

/** Lets everything that can go on go on; what waits for the log or a timer does not. */
const idle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A source that counts how many chunks were taken from it, and knows with what it was cancelled. */
function countedSource(chunks: readonly string[]): {
  readonly source: ReadableStream<string>;
  readonly taken: () => number;
  readonly cancelled: () => unknown;
} {
  let [count, reason]: [number, unknown] = [0, undefined];
  const source = new ReadableStream<string>(
    {
      pull(controller) {
        const chunk = chunks[count];
        if (chunk === undefined) return controller.close();
        count += 1;
        controller.enqueue(chunk);
      },
      cancel: (why: unknown) => void (reason = why),
    },
    { highWaterMark: 0 },
  );
  return { source, taken: () => count, cancelled: () => reason };
}

/** Makes every produce request of a producer wait until `release` is called. */
function held({ log }: Producing): { release: () => void } {
  const appended = sequenced(log);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  log.on.produce = async (...args: Parameters<Connection["produce"]>) => {
    await released;
    return appended(...args);
  };
  return { release };
}

test("chunks are sent in order, and close resolves when all are acknowledged, with the producer open", async () => {
  const { producer, log } = producing();
  await ReadableStream.from(ten).pipeTo(producer.writable());
  expect(valuesOf(log)).toEqual(ten);
  await producer.send("after");
  expect(valuesOf(log)).toEqual([...ten, "after"]);
});

test("chunks do not wait for the acknowledgement of those before: they go together", async () => {
  const given = producing();
  await given.producer.send("first");
  const { release } = held(given);
  const writer = given.producer.writable().getWriter();
  for (const chunk of ten) await writer.write(chunk);
  const closed = watch(writer.close());
  await idle();
  expect(closed.state).toBe("pending");
  release();
  await closed.promise;
  expect(sizesOf(given.log)).toEqual([1, 1, 9]);
  expect(valuesOf(given.log)).toEqual(["first", ...ten]);
});

test.each([1, 3])("no more than highWaterMark: %i chunks are taken before the log acknowledges some", async (most) => {
  const given = producing();
  const { release } = held(given);
  const { source, taken } = countedSource(ten);
  const piped = source.pipeTo(given.producer.writable({ highWaterMark: most }));
  await idle();
  expect(taken()).toBe(most);
  release();
  await piped;
  expect(valuesOf(given.log)).toEqual(ten);
  expect(Math.max(...sizesOf(given.log))).toBeLessThanOrEqual(most);
});

test("a writer's desiredSize and ready say when the stream takes more", async () => {
  const given = producing();
  const { release } = held(given);
  const writer = given.producer.writable({ highWaterMark: 2 }).getWriter();
  await writer.write("0");
  expect(writer.desiredSize).toBe(1);
  const second = watch(writer.write("1"));
  const ready = watch(writer.ready);
  await idle();
  expect([writer.desiredSize, second.state, ready.state]).toEqual([0, "pending", "pending"]);
  release();
  await ready.promise;
  await second.promise;
  await writer.close();
});

test("no chunk is taken while maxBufferedBytes wait to be acknowledged", async () => {
  const given = producing({ maxBufferedBytes: 5 });
  const { release } = held(given);
  const { source, taken } = countedSource(ten.map((one) => one.repeat(2)));
  const piped = source.pipeTo(given.producer.writable());
  await idle();
  expect(taken()).toBe(3);
  release();
  await piped;
  expect(valuesOf(given.log)).toHaveLength(10);
});

test("a producer that others fill takes one chunk at a time", async () => {
  const given = producing({ maxBufferedBytes: 5 }, { a: 1, full: 1 });
  await given.producer.send("first");
  const { release } = held(given);
  const answered = given.log.on.produce;
  given.log.on.produce = (...args) =>
    args[1].some(({ topic }) => topic === "full") ? noResponse() : (answered?.(...args) ?? noResponse());
  const { source, taken } = countedSource(ten);
  const piped = watch(source.pipeTo(given.producer.writable({ highWaterMark: 1 })));
  await idle();
  const other = watch(given.producer.send("12345", { topic: "full", partition: 0 }));
  release();
  await idle();
  // The first chunk was acknowledged; the second waits, as any other send would.
  expect(valuesOf(given.log)).toEqual(["first", "0"]);
  expect([taken(), other.state, piped.state]).toEqual([2, "pending", "pending"]);
  await given.producer.close({ timeoutMs: 0 });
  await expect(piped.promise).rejects.toBeInstanceOf(ClosedError);
  await expect(other.promise).rejects.toBeInstanceOf(ClosedError);
});

test("the first send that fails errors the stream, whose source is cancelled; what was sent before settles", async () => {
  const given = producing();
  await given.producer.send("first");
  given.responses.push(refuse("INVALID_RECORD", { retriable: false }));
  const { source, taken, cancelled } = countedSource(ten);
  const stream = given.producer.writable({ highWaterMark: 4 });
  const error: unknown = await source.pipeTo(stream).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TransportError);
  expect(error).toMatchObject({ code: "INVALID_RECORD", topic: "a" });
  expect(cancelled()).toBe(error);
  expect(taken()).toBe(4);
  await given.producer.flush();
  expect(valuesOf(given.log)).toEqual(["first", "1", "2", "3"]);
});

test("after a failed send later writes reject with its error, and so does closed", async () => {
  const { producer, log } = producing();
  const writer = producer.writable().getWriter();
  const closed = watch(writer.closed);
  await writer.write("0");
  await writer.write(Symbol("no text") as never);
  await idle();
  expect(closed.error).toBeInstanceOf(EncodeError);
  await expect(writer.write("2")).rejects.toBe(closed.error);
  await expect(writer.close()).rejects.toBeInstanceOf(Error);
  await producer.flush();
  expect(valuesOf(log)).toEqual(["0"]);
});

test("close rejects when a send fails that it waits for", async () => {
  const given = producing();
  await given.producer.send("first");
  const { release } = held(given);
  const writer = given.producer.writable().getWriter();
  const ended = watch(writer.closed);
  await writer.write("0");
  await writer.write("1");
  const closed = watch(writer.close());
  await idle();
  given.log.on.produce = refuse("INVALID_RECORD", { retriable: false });
  release();
  await expect(closed.promise).rejects.toMatchObject({ code: "INVALID_RECORD" });
  expect(ended.error).toBe(closed.error);
  expect(valuesOf(given.log)).toEqual(["first", "0"]);
});

test("close does not wait for the other sends once one has failed", async () => {
  const given = producing({ maxBatchRecords: 1 }, { a: 1, b: 1 });
  const refused = Promise.withResolvers<void>();
  given.log.on.metadata = async (topics = []) =>
    topics.map((topic) => ({ topic, partitions: partitionMetadata(1, topic === "a" ? 1 : 2) }));
  given.log.on.produce = async (leader, ...rest) => {
    if (leader === 2) return noResponse();
    await refused.promise;
    return refuse("INVALID_RECORD", { retriable: false })(leader, ...rest);
  };
  const stream = given.producer.writable({ record: (topic: string) => ({ value: topic, topic }) });
  const writer = stream.getWriter();
  writer.closed.catch(() => undefined);
  for (const topic of ["a", "b"]) await writer.write(topic);
  const closed = watch(writer.close());
  await idle();
  expect(closed.state).toBe("pending");
  refused.resolve();
  await expect(closed.promise).rejects.toMatchObject({ code: "INVALID_RECORD" });
  await given.producer.close({ timeoutMs: 0 });
});

test("abort takes no more, ends the wait for the log, and what was sent is written", async () => {
  const given = producing();
  const { release } = held(given);
  const writer = given.producer.writable({ highWaterMark: 2 }).getWriter();
  const closed = watch(writer.closed);
  await writer.write("0");
  const [second, third] = [watch(writer.write("1")), watch(writer.write("2"))];
  await idle();
  expect(second.state).toBe("pending");
  const reason = new Error("enough");
  await writer.abort(reason);
  await idle();
  expect([second.state, third.error, closed.error]).toEqual(["resolved", reason, reason]);
  release();
  await given.producer.flush();
  expect(valuesOf(given.log)).toEqual(["0", "1"]);
});

test("a pipe that is aborted takes no more, and what was sent is written", async () => {
  const given = producing();
  const { release } = held(given);
  const stop = new AbortController();
  const { source, taken, cancelled } = countedSource(ten);
  const stream = given.producer.writable({ highWaterMark: 3 });
  const piped = watch(source.pipeTo(stream, { signal: stop.signal }));
  await idle();
  const reason = new Error("enough");
  stop.abort(reason);
  // A pipe waits for the write that is under way, and so for the log.
  release();
  await expect(piped.promise).rejects.toBe(reason);
  expect([taken(), cancelled()]).toEqual([3, reason]);
  await given.producer.flush();
  expect(valuesOf(given.log)).toEqual(["0", "1", "2"]);
});

test("abort ends a close that waits for the log", async () => {
  const given = producing();
  held(given);
  const writer = given.producer.writable().getWriter();
  writer.closed.catch(() => undefined);
  await writer.write("0");
  const closed = watch(writer.close());
  await idle();
  const reason = new Error("enough");
  await writer.abort(reason).catch(() => undefined);
  await expect(closed.promise).rejects.toBe(reason);
  await given.producer.close({ timeoutMs: 0 });
});

test("close does not wait for the linger", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { producer, log } = producing({ lingerMs: 50_000 });
  await ReadableStream.from(ten).pipeTo(producer.writable());
  expect(valuesOf(log)).toEqual(ten);
});

test("a chunk's record has a key, headers, a time, a partition and a topic of its own, else those of the stream", async () => {
  const { producer, log } = producing({}, { a: 2, b: 1 });
  const utf8 = (given: string): Uint8Array => new TextEncoder().encode(given);
  const stream = producer.writable({
    key: "k",
    headers: { x: "y" },
    partition: 1,
    timestamp: 5,
    record: (chunk: number) =>
      chunk === 0
        ? { value: String(chunk), key: undefined }
        : { value: String(chunk), key: "own", headers: {}, partition: 0, timestamp: 6, topic: "b" },
  });
  await ReadableStream.from([0, 1]).pipeTo(stream);
  expect(log.recordsOf("a", 1)).toEqual([
    { offset: 0n, value: utf8("0"), key: utf8("k"), headers: [["x", utf8("y")]], timestamp: 5 },
  ]);
  expect(log.recordsOf("b")).toEqual([{ offset: 0n, value: utf8("1"), key: utf8("own"), headers: [], timestamp: 6 }]);
});

test("the stream has an encoding, a schema and a header of its own", async () => {
  const { producer, log } = producing({ topic: undefined });
  const encoding = { ...text, name: "own" };
  const schema = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value: unknown) => (value === "x" ? { issues: [{ message: "no x" }] } : { value }),
    },
  } as const;
  const writer = producer.writable({ topic: "a", encoding, schema, encodingHeader: true }).getWriter();
  await writer.write("0");
  await writer.close();
  expect(log.recordsOf("a")[0]?.headers).toEqual([["encoding", new TextEncoder().encode("own")]]);
  await expect(
    ReadableStream.from(["x"]).pipeTo(producer.writable({ topic: "a", encoding, schema })),
  ).rejects.toMatchObject({
    code: "SCHEMA_MISMATCH",
  });
  await ReadableStream.from([new Uint8Array([1]), null]).pipeTo(producer.writable({ topic: "a", encoding: null }));
  expect(
    log
      .recordsOf("a")
      .slice(1)
      .map(({ value }) => value),
  ).toEqual([new Uint8Array([1]), null]);
});

test.each([
  [
    "throws",
    () => {
      throw new Error("no record");
    },
    "no record",
  ],
  ["gives nothing", () => undefined, "record(chunk) must be an object with a value, not undefined"],
  ["gives a text", () => "0", 'record(chunk) must be an object with a value, not "0"'],
  ["leaves out the value", () => ({ key: "k" }), "record(chunk) must be an object with a value, not a Object"],
  ["gives a bad key", () => ({ value: "0", key: 5 }), "key must be text, a Uint8Array or null, not 5"],
  ["gives a bad topic", () => ({ value: "0", topic: "" }), 'topic must be a topic\'s name, not ""'],
])("a record function that %s errors the stream", async (_, record: () => unknown, message) => {
  const { producer, log } = producing();
  const stream = producer.writable({ record: record as never });
  await expect(ReadableStream.from(["0", "1"]).pipeTo(stream)).rejects.toThrow(message);
  await producer.flush();
  expect(valuesOf(log)).toEqual([]);
});

test.each<[options: unknown, message: string]>([
  [null, "options must be an object, not null"],
  [{ highWaterMark: 0 }, "highWaterMark must be a whole number from 1 to 9007199254740991 or Infinity, not 0"],
  [{ highWaterMark: "9" }, 'highWaterMark must be a whole number from 1 to 9007199254740991 or Infinity, not "9"'],
  [{ record: "key" }, 'record must be a function, not "key"'],
  [{ topic: "" }, 'topic must be a topic\'s name, not ""'],
  [{ encoding: "json" }, 'encoding must be a codec, such as json(), with encode and decode, not "json"'],
  [{ encodingHeader: 5 }, "encodingHeader must be true, false or a header's name, not 5"],
  [{ key: 5 }, "key must be text, a Uint8Array or null, not 5"],
  [{ key: 5, record: () => ({ value: "0" }) }, "key must be text, a Uint8Array or null, not 5"],
  [{ partition: -1 }, "partition must be a whole number from 0 to 2147483647, not -1"],
  [{ timestamp: NaN }, "timestamp must be milliseconds from 0"],
])("options that make no sense are refused at once, by name: %o", (options, message) => {
  const { producer } = producing();
  const refused = (): unknown => producer.writable(options as StreamOptions<string>);
  expect(refused).toThrow(DataQueueError);
  expect(refused).toThrow(message);
});

test("a stream without a topic is refused, unless its record names one", async () => {
  const { producer, log } = producing({ topic: undefined });
  expect(() => producer.writable()).toThrow("send needs a topic");
  const named = producer.writable({ record: (value: string) => ({ value, topic: "a" }) });
  await ReadableStream.from(["0"]).pipeTo(named);
  expect(valuesOf(log)).toEqual(["0"]);
  const unnamed = producer.writable({ record: (value: string) => ({ value }) });
  await expect(ReadableStream.from(["0"]).pipeTo(unnamed)).rejects.toThrow("send needs a topic");
});

test("a closed producer gives no stream, and one that closes errors its streams", async () => {
  const given = producing();
  held(given);
  const writer = given.producer.writable().getWriter();
  const closed = watch(writer.closed);
  await writer.write("0");
  await given.producer.close({ timeoutMs: 0 });
  await idle();
  expect(closed.error).toBeInstanceOf(ClosedError);
  expect(() => given.producer.writable()).toThrow(ClosedError);
});

test("an aborted signal gives no stream, and one that aborts errors it", async () => {
  const { producer } = producing();
  const stop = new AbortController();
  const writer = producer.writable({ signal: stop.signal }).getWriter();
  const closed = watch(writer.closed);
  await writer.write("0");
  await producer.flush();
  const reason = new Error("enough");
  stop.abort(reason);
  await writer.write("1").catch(() => undefined);
  await idle();
  expect(closed.error).toBe(reason);
  expect(() => producer.writable({ signal: stop.signal })).toThrow(reason);
});

test("a Node Readable and a TransformStream pipe into it", async () => {
  const { producer, log } = producing();
  const capitals = new TransformStream<string, string>({
    transform: (chunk, controller) => controller.enqueue(chunk.toUpperCase()),
  });
  const source: ReadableStream<string> = Readable.toWeb(Readable.from(["a", "b", "c"]));
  await source.pipeThrough(capitals).pipeTo(producer.writable());
  expect(valuesOf(log)).toEqual(["A", "B", "C"]);
});
