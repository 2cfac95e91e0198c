import { once } from "node:events";
import { Readable } from "node:stream";
import { ReadableStream, TransformStream } from "node:stream/web";

import { DataQueueConsumer, DataQueueProducer, DecodeError, Encoding } from "dataqueues";
import type { Message } from "dataqueues";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";
import { take } from "../take.ts";

const five = ["0", "1", "2", "3", "4"];

/** A log whose topic a has these texts. */
async function logOf(values: readonly string[]): Promise<MemoryTransport> {
  const log = await logWithTopics(["a", "b"]);
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: Encoding.UTF8 });
  for (const value of values) await producer.send(value);
  return log;
}

const valuesOf = (messages: readonly Message<string | null>[]): (string | null)[] => messages.map(({ value }) => value);

/** Counts the messages that are taken from a consumer. */
function counted(consumer: DataQueueConsumer<string>): {
  readonly messages: AsyncIterable<Message<string | null>>;
  readonly count: () => number;
} {
  let count = 0;
  const loop = consumer[Symbol.asyncIterator]();
  const next = async (): Promise<IteratorResult<Message<string | null>, undefined>> => {
    count += 1;
    return loop.next();
  };
  return { messages: { [Symbol.asyncIterator]: () => ({ ...loop, next }) }, count: () => count };
}

test("a ReadableStream takes a message only when one is asked for", async () => {
  await using consumer = new DataQueueConsumer(await logOf(five), { topics: "a", encoding: Encoding.UTF8 });
  const { messages, count } = counted(consumer);
  const reader = ReadableStream.from(messages).getReader();
  expect((await reader.read()).value).toMatchObject({ value: "0", offset: 0n });
  expect((await reader.read()).value).toMatchObject({ value: "1", offset: 1n });
  expect(count()).toBe(2);
});

test("cancel leaves the consumer open, and nothing is lost", async () => {
  await using consumer = new DataQueueConsumer(await logOf(five), { topics: "a", encoding: Encoding.UTF8 });
  const reader = ReadableStream.from(consumer).getReader();
  await reader.read();
  await reader.cancel();
  expect(valuesOf(await take(consumer, 2))).toEqual(["1", "2"]);
  for await (const { value } of ReadableStream.from<Message<string | null>>(consumer)) {
    expect(value).toBe("3");
    break;
  }
  expect(valuesOf(await take(consumer, 1))).toEqual(["4"]);
});

test("a read that waits when the stream is cancelled ends, and takes no message with it", async () => {
  const log = await logOf([]);
  await using consumer = new DataQueueConsumer(log, { topics: "a", encoding: Encoding.UTF8 });
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: Encoding.UTF8 });
  const reader = ReadableStream.from(consumer).getReader();
  const waiting = reader.read();
  await consumer.connect();
  await reader.cancel();
  expect(await waiting).toEqual({ done: true, value: undefined });
  await producer.send("0");
  expect(valuesOf(await take(consumer, 1))).toEqual(["0"]);
});

test("a bad record errors the stream, and another stream goes on after it", async () => {
  await using consumer = new DataQueueConsumer(await logOf(["1", "é", "3"]), { topics: "a", encoding: Encoding.ASCII });
  const got: unknown[] = [];
  const sink = (): WritableStream<Message<string | null>> =>
    new WritableStream({ write: ({ value }) => void got.push(value) });
  const stream = ReadableStream.from<Message<string | null>>(consumer);
  const failed: unknown = await stream.pipeTo(sink()).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(DecodeError);
  expect(failed).toMatchObject({ topic: "a", offset: 1n });
  expect(got).toEqual(["1"]);
  expect(valuesOf(await take(consumer, 1))).toEqual(["3"]);
});

test("with onBadRecord the stream goes on", async () => {
  const bad: unknown[] = [];
  await using consumer = new DataQueueConsumer(await logOf(["1", "é", "3"]), {
    topics: "a",
    encoding: Encoding.ASCII,
    onBadRecord: ({ offset }) => void bad.push(offset),
  });
  const reader = ReadableStream.from<Message<string | null>>(consumer).getReader();
  expect([(await reader.read()).value?.value, (await reader.read()).value?.value]).toEqual(["1", "3"]);
  expect(bad).toEqual([1n]);
});

test("closing the consumer closes the stream", async () => {
  const consumer = new DataQueueConsumer(await logOf(["0"]), { topics: "a", encoding: Encoding.UTF8 });
  const reader = ReadableStream.from(consumer).getReader();
  await reader.read();
  const waiting = reader.read();
  await consumer.close();
  expect(await waiting).toEqual({ done: true, value: undefined });
});

test("a Node Readable takes one message ahead, and leaves the consumer open when it is destroyed", async () => {
  await using consumer = new DataQueueConsumer(await logOf(five), { topics: "a", encoding: Encoding.UTF8 });
  const { messages, count } = counted(consumer);
  const readable = Readable.from(messages);
  await once(readable, "readable");
  const first: Message<string | null> = readable.read();
  expect(first.value).toBe("0");
  readable.destroy();
  await once(readable, "close");
  // The message that it had taken ahead is gone for this consumer.
  expect(count()).toBe(2);
  expect(valuesOf(await take(consumer, 1))).toEqual(["2"]);
});

test("one topic is piped into another, through a TransformStream", async () => {
  const log = await logOf(five);
  const consumer = new DataQueueConsumer(log, { topics: "a", encoding: Encoding.UTF8 });
  await using producer = new DataQueueProducer(log, { topic: "b", encoding: Encoding.UTF8 });
  const doubled = new TransformStream<Message<string | null>, string>({
    transform: ({ value }, controller) => controller.enqueue(String(Number(value) * 2)),
  });
  const stream: ReadableStream<Message<string | null>> = Readable.toWeb(Readable.from(consumer));
  const piped = stream.pipeThrough(doubled).pipeTo(producer.writable({ highWaterMark: 2 }));
  await using reader = new DataQueueConsumer(log, { topics: "b", encoding: Encoding.UTF8 });
  expect(valuesOf(await take(reader, 5))).toEqual(["0", "2", "4", "6", "8"]);
  await consumer.close();
  await piped;
});
