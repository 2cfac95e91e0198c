import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import type { Transport } from "dataqueues";
import { utf8 } from "@dataqueues/codec-text";
import type { SendOptions } from "@dataqueues/core";
import { expect, test } from "vitest";

import { take } from "../take.ts";
import { observed } from "../observed.ts";

/** Bytes whose buffer is detached, as after `postMessage` with a transfer list. */
function detached(): Uint8Array {
  const bytes = new Uint8Array(8);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

/** Invalid options of a send, each with a part of the error that refuses it. */
const refused: readonly (readonly [message: string, options: unknown])[] = [
  ["key must be", { key: 42 }],
  ["key must be", { key: {} }],
  ["key must be", { key: [1, 2] }],
  ["key must be", { key: new Float64Array(1) }],
  ["key must be", { key: detached() }],
  ["key must be", { key: "half a pair: \ud800" }],
  ["timestamp must be", { timestamp: Number.NaN }],
  ["timestamp must be", { timestamp: Infinity }],
  ["timestamp must be", { timestamp: -1 }],
  ["timestamp must be", { timestamp: 1e300 }],
  ["timestamp must be", { timestamp: new Date(Number.NaN) }],
  ["timestamp must be", { timestamp: "2026-11-26" }],
  ["timestamp must be", { timestamp: 1_700_000_000_000n }],
  ['the header "a" must be', { headers: { a: undefined } }],
  ['the header "a" must be', { headers: { a: 5 } }],
  ['the header "a" must be', { headers: [["a", detached()]] }],
  ['the header "a" must be', { headers: new Map([["a", true]]) }],
  ["headers[0][0] must be", { headers: [[1, "one"]] }],
  ["headers[1] must be", { headers: [["a", "b"], "c"] }],
  ["headers must be", { headers: "a=b" }],
  ["partition must be", { partition: -1 }],
  ["partition must be", { partition: 0.5 }],
  ["partition must be", { partition: Number.NaN }],
  ["partition must be", { partition: 2 ** 31 }],
  ["partition must be", { partition: "0" }],
  ["topic must be", { topic: "" }],
  ["topic must be", { topic: 7 }],
  ["encoding must be", { encoding: "utf-8" }],
  ["schema must be", { schema: {} }],
  ["validate must be", { validate: "yes" }],
  ["signal must be", { signal: "abort" }],
  ["options must be", "topic"],
];

/** Arguments are checked before anything else happens. */
export function callerInput(transport: () => Transport): void {
  let topics = 0;
  const newTopic = async (): Promise<string> => {
    const topic = `caller-input-${process.pid}-${Date.now()}-${(topics += 1)}`;
    await using admin = new DataQueueAdmin(transport());
    await admin.createTopics([topic]);
    return topic;
  };

  test.for(refused)(
    "one of the first sends is refused (%s), and the others are written",
    async ([message, options]) => {
      const topic = await newTopic();
      const producer = new DataQueueProducer(transport(), { topic, encoding: utf8() });
      const bad = producer.send("bad", options as SendOptions<string>);
      const outcomes = await Promise.allSettled([producer.send("one"), bad, producer.send("two")]);
      expect(outcomes[1]).toMatchObject({
        status: "rejected",
        reason: { name: "DataQueueError", code: "INVALID_ARGUMENT", message: expect.stringContaining(message) },
      });
      expect([outcomes[0], outcomes[2]]).toMatchObject([{ value: { offset: 0n } }, { value: { offset: 1n } }]);
      expect(await producer.send("three")).toMatchObject({ offset: 2n });
      await producer.close({ timeoutMs: 1_000 });
    },
  );

  test("refused sends take nothing of maxBufferedBytes", async () => {
    const topic = await newTopic();
    await using producer = new DataQueueProducer(transport(), {
      topic,
      maxBufferedBytes: 1_000,
      deliveryTimeoutMs: 20_000,
    });
    const value = new Uint8Array(900);
    for (let index = 0; index < 3; index += 1) {
      await expect(producer.send(value, { key: detached() })).rejects.toThrow(/^key must be/);
      await expect(producer.send(detached())).rejects.toThrow(/^the value must be/);
    }
    for (const offset of [0n, 1n, 2n]) expect(await producer.send(value)).toMatchObject({ offset });
  });

  test("a key that is detached while its send waits for metadata rejects that send alone", async () => {
    const topic = await newTopic();
    await using producer = new DataQueueProducer(transport(), { topic, encoding: utf8() });
    const key = new Uint8Array(8);
    const sends = [producer.send("one"), producer.send("two", { key }), producer.send("three")];
    structuredClone(key, { transfer: [key.buffer] });
    const outcomes = await Promise.allSettled(sends);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await producer.send("four")).toMatchObject({ offset: 2n });
  });

  test("a timestamp is returned as it is written: whole milliseconds, rounded down", async () => {
    const topic = await newTopic();
    await using producer = new DataQueueProducer(transport(), { topic, encoding: utf8() });
    await using consumer = new DataQueueConsumer(transport(), { topics: topic, encoding: utf8() });
    const timestamps = [1_700_000_000_000, 1_699_999_999_999.5, 1_700_000_000_000.25, new Date(1_700_000_000_001), 0];
    const sent = await Promise.all(timestamps.map((timestamp) => producer.send("x", { timestamp })));
    const expected = [1_700_000_000_000, 1_699_999_999_999, 1_700_000_000_000, 1_700_000_000_001, 0];
    expect(sent.map(({ timestamp }) => timestamp)).toEqual(expected);
    expect((await take(consumer, timestamps.length)).map(({ timestamp }) => timestamp)).toEqual(expected);
  });

  test("assignTopics refuses invalid partitions, and waits for one that does not exist yet, with an event", async () => {
    const topic = await newTopic();
    const missing: unknown[] = [];
    const requests = observed(transport());
    await using consumer = new DataQueueConsumer(requests, {
      encoding: utf8(),
      metadataMaxAgeMs: 50,
      onEvent: (event) => event.type === "partitionMissing" && missing.push(event),
    });
    for (const partition of [-1, 0.5, Number.NaN, 2 ** 31]) {
      await expect(consumer.assignTopics([[topic, partition]])).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        message: expect.stringContaining("partitions[0][1] must be"),
      });
    }
    await consumer.assignTopics([
      [topic, 0],
      [topic, 3],
    ]);
    // Metadata are requested again and again, and the event comes once.
    await expect.poll(() => requests.count("metadata"), { timeout: 20_000 }).toBeGreaterThan(3);
    expect(missing).toEqual([{ type: "partitionMissing", topic, partition: 3 }]);
    await using admin = new DataQueueAdmin(transport());
    await admin.createTopics([[topic, 4]]);
    await using producer = new DataQueueProducer(transport(), { topic, encoding: utf8() });
    await producer.send("there", { partition: 3 });
    expect(await take(consumer, 1)).toMatchObject([{ partition: 3, value: "there" }]);
    expect(missing).toHaveLength(1);
  });

  test("an invalid topic is refused with its index, in every method that takes topics", async () => {
    await using admin = new DataQueueAdmin(transport());
    await using consumer = new DataQueueConsumer(transport());
    const calls: readonly ((topics: never) => Promise<unknown>)[] = [
      (topics) => admin.createTopics(topics),
      (topics) => admin.describeTopics(topics),
      (topics) => admin.deleteTopics(topics),
      (topics) => admin.listOffsets(topics),
      (topics) => admin.describeConfigs(topics),
      (topics) => consumer.updateTopics(topics),
    ];
    const invalid: readonly unknown[] = [[""], ["good", 5], [["", 3]]];
    for (const call of calls) {
      for (const topics of invalid) {
        await expect(call(topics as never)).rejects.toMatchObject({
          code: "INVALID_ARGUMENT",
          message: expect.stringMatching(/^topics\[\d\]/),
        });
      }
    }
  });

  test("a string means one topic, in every method that takes topics", async () => {
    const topic = await newTopic();
    await using admin = new DataQueueAdmin(transport());
    expect(await admin.createTopics(topic)).toMatchObject([{ topic, outcome: "unchanged" }]);
    expect(await admin.describeTopics(topic)).toMatchObject([{ topic }]);
    expect(await admin.listOffsets(topic)).toMatchObject([{ topic, partition: 0 }]);
    expect(await admin.describeConfigs(topic)).toMatchObject([{ topic }]);
    await using producer = new DataQueueProducer(transport(), { topic, encoding: utf8() });
    await producer.send("there");
    await using consumer = new DataQueueConsumer(transport(), { topics: topic, encoding: utf8() });
    expect(await take(consumer, 1)).toMatchObject([{ topic, value: "there" }]);
    await using changed = new DataQueueConsumer(transport(), { encoding: utf8() });
    await changed.updateTopics(topic);
    expect(await take(changed, 1)).toMatchObject([{ topic, value: "there" }]);
    expect(await admin.deleteTopics(topic)).toEqual([topic]);
  });
}
