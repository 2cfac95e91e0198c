import { expect, test } from "vitest";

import type { Codec, RecordContext } from "../../src/contract/codec.ts";
import { CodecError, DataQueueError, DecodeError, EncodeError } from "../../src/contract/errors.ts";
import type { Schema } from "../../src/contract/schema.ts";
import { byHeader } from "../../src/formats/by-header.ts";
import { byTopic } from "../../src/formats/by-topic.ts";
import { loopOver } from "../consumer/consuming.ts";
import { DataQueueConsumer } from "../../src/consumer/consumer.ts";
import { producing, valuesOf } from "../producer/producing.ts";
import { contextOf, numbers, texts } from "./codecs.ts";

const encoding = byTopic({ notes: texts, gains: numbers });

/** The error of a call. */
function caught(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

test("each topic has its own codec, both ways, and the codec gets the context", () => {
  const contexts: unknown[] = [];
  const noting: Codec<string> = {
    name: "noting",
    encode: (value, context) => (contexts.push(context), texts.encode(value)),
    decode: (bytes, context) => (contexts.push(context), texts.decode(bytes)),
  };
  const both = byTopic({ notes: noting, gains: numbers });
  const [notes, gains] = [contextOf("notes"), contextOf("gains")];
  expect(both.encode("a", notes)).toEqual(new Uint8Array([0x61]));
  expect(both.encode(7, gains)).toEqual(new Uint8Array([7]));
  expect(both.decode(new Uint8Array([0x61]), notes)).toBe("a");
  expect(both.decode(new Uint8Array([7]), gains)).toBe(7);
  expect(contexts).toEqual([notes, notes]);
});

test("a topic that is not named has otherwise, if that is given", () => {
  const open = byTopic({ gains: numbers }, texts);
  expect(open.decode(new Uint8Array([0x61]), contextOf("else"))).toBe("a");
  expect(open.decode(new Uint8Array([7]), contextOf("gains"))).toBe(7);
});

test("the error for a topic without codec names the topic, those that have one, and what to do", () => {
  const expected = {
    code: "NO_CODEC",
    message: "there is no codec for topic else, only for notes, gains; add one, or give otherwise",
  };
  for (const call of [
    () => encoding.encode("a", contextOf("else")),
    () => encoding.decode(new Uint8Array(), contextOf("else")),
  ]) {
    expect(caught(call)).toBeInstanceOf(CodecError);
    expect(caught(call)).toMatchObject(expected);
  }
});

test("that error lists ten topics at most", () => {
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`t${index}`, texts]));
  expect(() => byTopic(many).decode(new Uint8Array(), contextOf("else"))).toThrow(
    "only for t0, t1, t2, t3, t4, t5, t6, t7, t8, t9 and 2 more;",
  );
});

test("a topic whose name every object knows has a codec only if it is named", () => {
  for (const topic of ["toString", "constructor", "__proto__", "hasOwnProperty"]) {
    expect(() => encoding.encode("a", contextOf(topic))).toThrow(`no codec for topic ${topic}`);
    const named = byTopic(Object.fromEntries([[topic, numbers]]), texts);
    expect(named.encode(7, contextOf(topic))).toEqual(new Uint8Array([7]));
  }
});

test("later changes of the given object change nothing", () => {
  const formats: Record<string, Codec<string>> = { notes: texts };
  const fixed = byTopic(formats);
  formats["else"] = texts;
  delete formats["notes"];
  expect(fixed.decode(new Uint8Array([0x61]), contextOf("notes"))).toBe("a");
  expect(() => fixed.decode(new Uint8Array(), contextOf("else"))).toThrow("no codec for topic else");
});

test("without a context there is an error that says what is missing", () => {
  for (const call of [() => encoding.encode("a"), () => encoding.decode(new Uint8Array())]) {
    expect(caught(call)).toMatchObject({
      code: "NO_CONTEXT",
      message: "byTopic chooses by the record: give its topic, key and headers as the second argument",
    });
  }
});

test("a topic may have a codec by header, and any topic one by topic", () => {
  const nested = byTopic({ mixed: byHeader([texts, numbers]) }, byTopic({ gains: numbers }));
  const mixed = (name: string): RecordContext => contextOf("mixed", [["encoding", name]]);
  expect(nested.decode(new Uint8Array([0x61]), mixed("texts"))).toBe("a");
  expect(nested.decode(new Uint8Array([0x61]), mixed("numbers"))).toBe(0x61);
  expect(nested.decode(new Uint8Array([7]), contextOf("gains"))).toBe(7);
  expect(() => nested.decode(new Uint8Array([7]), contextOf("else"))).toThrow(
    "no codec for topic else, only for gains",
  );
});

test("a producer sends to each topic in its format, tells the codec's name, and sends nothing without a codec", async () => {
  const nested = byTopic({ a: texts, gains: numbers, mixed: byHeader([numbers], { otherwise: texts }) });
  const { log, producer } = producing({}, { a: 1, gains: 1, mixed: 1, else: 1 });
  const options = { encoding: nested, encodingHeader: true };
  await producer.send("x", options);
  await producer.send(7, { ...options, topic: "gains" });
  await producer.send("y", { ...options, topic: "mixed" });
  await producer.send(7, { ...options, topic: "mixed", headers: { encoding: "numbers" } });
  for (const encodingHeader of [true, false]) {
    const sent: unknown = await producer
      .send("z", { ...options, topic: "else", encodingHeader })
      .catch((error: unknown) => error);
    expect(sent).toBeInstanceOf(EncodeError);
    expect(sent).toMatchObject({
      code: "NO_CODEC",
      topic: "else",
      message:
        "a value for topic else cannot be encoded as byTopic: there is no codec for topic else, " +
        "only for a, gains, mixed; add one, or give otherwise",
    });
  }
  const names = ["a", "gains", "mixed"].flatMap((topic) =>
    log.recordsOf(topic).map(({ headers }) => headers.map(([, value]) => new TextDecoder().decode(value ?? undefined))),
  );
  expect(names).toEqual([["texts"], ["numbers"], ["texts"], ["numbers"]]);
  expect(valuesOf(log, "mixed")).toEqual(["y", "\u0007"]);
  expect(valuesOf(log, "else")).toEqual([]);
});

test("a consumer reads each topic in its format; records of a topic without one are bad records", async () => {
  const { log } = producing({}, { notes: 1, gains: 1, else: 1 });
  log.append("notes", 0, "a", null);
  log.append("gains", 0, "\u0007");
  log.append("else", 0, "b");
  const topics = ["notes", "gains", "else"];
  const { promise: bad, resolve: onBadRecord } = Promise.withResolvers<DecodeError>();
  const consumer = new DataQueueConsumer(log, { topics, encoding, onBadRecord });
  const loop = loopOver(consumer);
  const got: Record<string, unknown[]> = { notes: [], gains: [] };
  for (let count = 0; count < 3; count += 1) {
    const { value: message } = await loop.next();
    if (message !== undefined) got[message.topic]?.push(message.value);
  }
  expect(got).toEqual({ notes: ["a", null], gains: [7] });
  const last = loop.next();
  expect(await bad).toMatchObject({
    code: "NO_CODEC",
    topic: "else",
    offset: 0n,
    bytes: new Uint8Array([0x62]),
    message:
      "the record at else[0] offset 0 cannot be decoded as byTopic: there is no codec for topic else, " +
      "only for notes, gains; add one, or give otherwise",
  });
  await consumer.close();
  expect(await last).toEqual({ done: true, value: undefined });
});

function schemaOf(vendor: string): Schema<string> {
  return { "~standard": { version: 1, vendor, validate: (value) => ({ value: String(value) }) } };
}

const [one, other] = [schemaOf("one"), schemaOf("other")];

test("given schemas, it is a schema by topic: a topic that is not named has otherwise, or none", () => {
  const schema = byTopic({ notes: one, gains: other });
  expect(["notes", "gains", "else", "toString"].map((topic) => schema.schemaFor(topic))).toEqual([
    one,
    other,
    undefined,
    undefined,
  ]);
  const all = byTopic({ notes: one }, other);
  expect(["notes", "else", "toString"].map((topic) => all.schemaFor(topic))).toEqual([one, other, other]);
});

test("a schema that has the methods of a codec, as zod's have, is a schema", () => {
  const both = { ...one, encode: () => "", decode: () => "" };
  expect(byTopic({ notes: both }).schemaFor("notes")).toBe(both);
  expect(() => byTopic({ gains: numbers, notes: both } as never)).toThrow('formats["notes"] must be a codec');
});

const codecs = "a codec, with encode and decode (or all of them schemas)";
test.each([
  [[undefined], "formats must be an object with a codec or a schema for each topic, not undefined"],
  [[null], "formats must be an object with a codec or a schema for each topic, not null"],
  [[[texts]], "formats must be an object with a codec or a schema for each topic, not a list"],
  [["json"], 'formats must be an object with a codec or a schema for each topic, not "json"'],
  [[{}], "formats must be an object with at least one topic, not a Object"],
  [[{ a: 5 }], `formats["a"] must be ${codecs}, not 5`],
  [[{ a: undefined }], `formats["a"] must be ${codecs}, not undefined`],
  [[{ a: texts, 'b"': "json" }], `formats["b\\""] must be ${codecs}, not "json"`],
  [[{ a: texts, b: one }], `formats["b"] must be ${codecs}, not a Object`],
  [[{ a: one, b: texts }], 'formats["b"] must be a Standard Schema, as the first one is, not a Object'],
  [[{ a: texts }, 5], `otherwise must be ${codecs}, not 5`],
  [[{ a: texts }, null], `otherwise must be ${codecs}, not null`],
  [[{ a: texts }, one], `otherwise must be ${codecs}, not a Object`],
  [[{ a: one }, texts], "otherwise must be a Standard Schema, as the first one is, not a Object"],
])("arguments that make no sense are refused by name: %j", (args, message) => {
  const refused = caught(() => Reflect.apply(byTopic, undefined, args));
  expect(refused).toBeInstanceOf(DataQueueError);
  expect(refused).toMatchObject({ code: "INVALID_ARGUMENT", message });
});

test("only otherwise is enough: all topics have it", () => {
  expect(byTopic({}, texts).decode(new Uint8Array([0x61]), contextOf("any"))).toBe("a");
});
