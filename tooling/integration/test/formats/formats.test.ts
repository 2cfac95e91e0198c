import { NdArray } from "@dataqueues/arrays";
import type { Codec } from "@dataqueues/core";
import {
  byHeader,
  byTopic,
  DataQueueConsumer,
  DataQueueProducer,
  DecodeError,
  Encoding,
  SchemaError,
} from "dataqueues";
import { expect, test } from "vitest";
import * as z from "zod";

import { logWithTopics } from "../log-with-topics.ts";
import { take } from "../take.ts";

const topics = ["notes", "gains", "metrics"];
const encoding = byTopic({ notes: Encoding.UTF8, gains: Encoding.NPY }, Encoding.JSON);

test("a producer and a consumer have a format for each topic, and the values are those of their codecs", async () => {
  const log = await logWithTopics(topics);
  await using producer = new DataQueueProducer(log, { encoding });
  await using consumer = new DataQueueConsumer(log, { topics: ["notes", "gains", "metrics"], encoding });
  const gains = NdArray.from([1, 0.5], "<f4");
  await producer.send("cloudy", { topic: "notes" });
  await producer.send(gains, { topic: "gains" });
  await producer.send({ wind: 11.5 }, { topic: "metrics" });
  const found: Record<string, unknown> = {};
  for (const message of await take(consumer, 3)) {
    found[message.topic] = message.value;
  }
  expect(found).toEqual({ notes: "cloudy", gains, metrics: { wind: 11.5 } });
});

test("records of different formats in one topic are read by their header, whoever's the codecs are", async () => {
  const log = await logWithTopics(["mixed"]);
  const double: Codec<number> = {
    name: "x-double",
    encode: (value) => new Uint8Array(Float64Array.of(value).buffer),
    decode: (bytes) => new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true),
  };
  await using producer = new DataQueueProducer(log, { topic: "mixed", encodingHeader: true });
  await producer.send("cloudy", { encoding: Encoding.UTF8 });
  await producer.send({ wind: 11.5 }, { encoding: Encoding.JSON });
  await producer.send(0.25, { encoding: double });
  await producer.send(Uint8Array.of(0x6f, 0x6b), { encoding: null });
  const known = byHeader([Encoding.JSON, double, Encoding.UTF8]);
  await using consumer = new DataQueueConsumer(log, { topics: "mixed", encoding: known });
  expect((await take(consumer, 3)).map(({ value }) => value)).toEqual(["cloudy", { wind: 11.5 }, 0.25]);
  const bad: unknown = await take(consumer, 1).catch((error: unknown) => error);
  expect(bad).toBeInstanceOf(DecodeError);
  expect(bad).toMatchObject({
    code: "NO_CODEC",
    message:
      'the record at mixed[0] offset 3 cannot be decoded as byHeader: the header "encoding", which names the codec, ' +
      "is missing; known are json, x-double, utf-8; add one, or give otherwise",
  });
  const open = byHeader([Encoding.JSON, double], { otherwise: Encoding.UTF8 });
  await using reader = new DataQueueConsumer(log, { topics: "mixed", encoding: open });
  expect((await take(reader, 4)).map(({ value }) => value)).toEqual(["cloudy", { wind: 11.5 }, 0.25, "ok"]);
});

const Note = z.object({ text: z.string() });
const Gain = z.object({ gain: z.number() });

test.each([
  ["an object", { notes: Note, gains: Gain }],
  ["byTopic", byTopic({ notes: Note, gains: Gain })],
])("a schema for each topic, as %s, checks what is sent and read; other topics are not checked", async (_, schema) => {
  const log = await logWithTopics(topics);
  await using producer = new DataQueueProducer(log, { encoding: Encoding.JSON, schema });
  await producer.send({ text: "cloudy" }, { topic: "notes" });
  await producer.send("anything", { topic: "metrics" });
  for (const topic of ["notes", "gains"]) {
    const refused: unknown = await producer.send("anything", { topic }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SchemaError);
    expect(refused).toMatchObject({ topic });
    await producer.send("anything", { topic, validate: false });
    await producer.send("anything", { topic, schema: { metrics: Note } });
  }
  const bad: string[] = [];
  await using consumer = new DataQueueConsumer(log, {
    topics,
    encoding: Encoding.JSON,
    schema,
    onBadRecord: (error) => void bad.push(`${error.topic} ${error.offset} ${error.code}`),
  });
  await producer.send({ gain: 2 }, { topic: "gains" });
  const found = (await take(consumer, 3)).map(({ topic, value }) => [topic, value]);
  expect(Object.fromEntries(found)).toEqual({ notes: { text: "cloudy" }, metrics: "anything", gains: { gain: 2 } });
  await producer.send("last", { topic: "metrics" });
  await take(consumer, 1);
  expect(bad.toSorted()).toEqual([
    "gains 0 SCHEMA_MISMATCH",
    "gains 1 SCHEMA_MISMATCH",
    "notes 1 SCHEMA_MISMATCH",
    "notes 2 SCHEMA_MISMATCH",
  ]);
});
