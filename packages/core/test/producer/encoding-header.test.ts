import { expect, test } from "vitest";

import type { Codec, CodecSelector, RecordContext } from "../../src/contract/codec.ts";
import { EncodeError } from "../../src/contract/errors.ts";
import type { SendOptions } from "../../src/producer/producer-options.ts";
import { DataQueueProducer } from "../../src/producer/producer.ts";
import type { ScriptedLog } from "../scripted-log.ts";
import { producing, text } from "./producing.ts";

/** The headers of the records in topic a, as text. */
function headersOf(log: ScriptedLog): (readonly [name: string, value: string | null])[][] {
  return log
    .recordsOf("a")
    .map(({ headers }) => headers.map(([name, value]) => [name, value && new TextDecoder().decode(value)] as const));
}

/** A codec that uses the one of `text`, or none, for each record. */
function selectorOf(codecFor: CodecSelector<string>["codecFor"]): CodecSelector<string> {
  return { ...text, name: "selector", codecFor };
}

test("a record has no header that the caller did not give, unless encodingHeader says so", async () => {
  const { producer, log } = producing();
  await producer.send("0", { headers: { x: "y" } });
  await producer.send("1", { encodingHeader: false });
  expect(headersOf(log)).toEqual([[["x", "y"]], []]);
});

test("encodingHeader adds the codec's name as UTF-8, after the caller's headers", async () => {
  const { producer, log } = producing({ encodingHeader: true, encoding: { ...text, name: "größe" } });
  await producer.send("0");
  await producer.send("1", { headers: { x: "y", z: null } });
  expect(headersOf(log)).toEqual([
    [["encoding", "größe"]],
    [
      ["x", "y"],
      ["z", null],
      ["encoding", "größe"],
    ],
  ]);
});

test("encodingHeader may be a header's name, and a send's own comes first", async () => {
  const { producer, log } = producing({ encodingHeader: "format" });
  await producer.send("0");
  await producer.send("1", { encodingHeader: true });
  await producer.send("2", { encodingHeader: "content-type", encoding: { ...text, name: "other" } });
  await producer.send("3", { encodingHeader: false });
  await producer.send("4", { encodingHeader: undefined });
  expect(headersOf(log)).toEqual([
    [["format", "text"]],
    [["encoding", "text"]],
    [["content-type", "other"]],
    [],
    [["format", "text"]],
  ]);
});

test("a header of this name that the caller gave stays as it is, and no second is added", async () => {
  const { producer, log } = producing({ encodingHeader: true });
  for (const given of ["mine", null]) await producer.send("0", { headers: { encoding: given } });
  await producer.send("1", { headers: { Encoding: "mine" } });
  expect(headersOf(log)).toEqual([
    [["encoding", "mine"]],
    [["encoding", null]],
    [
      ["Encoding", "mine"],
      ["encoding", "text"],
    ],
  ]);
});

test("a record that no codec made has no such header: bytes, and a tombstone", async () => {
  const { producer, log } = producing({ encodingHeader: true });
  await producer.send(new Uint8Array([1]), { encoding: null });
  await producer.send(null, { encoding: null });
  expect(log.recordsOf("a").map(({ value, headers }) => [value, headers])).toEqual([
    [new Uint8Array([1]), []],
    [null, []],
  ]);
});

test("the name is that of the codec that a selector chose for the record", async () => {
  const contexts: RecordContext[] = [];
  const chosen = { ...text, name: "chosen" };
  const outer = selectorOf((context) => {
    contexts.push(context);
    return selectorOf(() => chosen);
  });
  const { producer, log } = producing({ encodingHeader: true, encoding: outer });
  await producer.send("0", { key: "k", partition: 0, timestamp: 5, headers: { x: "y" } });
  expect(headersOf(log)).toEqual([
    [
      ["x", "y"],
      ["encoding", "chosen"],
    ],
  ]);
  const utf8 = (given: string): Uint8Array => new TextEncoder().encode(given);
  expect(contexts[0]).toEqual({ topic: "a", partition: 0, key: utf8("k"), headers: [["x", utf8("y")]], timestamp: 5 });
});

test("nothing is sent when a selector has no codec for the record", async () => {
  const problem = new Error("nothing for a");
  const encoding = selectorOf(() => {
    throw problem;
  });
  const { producer, log } = producing({ encodingHeader: true, encoding });
  const sent: unknown = await producer.send("0").catch((error: unknown) => error);
  expect(sent).toBeInstanceOf(EncodeError);
  expect(sent).toMatchObject({
    message: "a value for topic a cannot be encoded as selector: nothing for a",
    topic: "a",
    cause: problem,
  });
  expect(log.recordsOf("a")).toEqual([]);
});

test("the codec sees the record as it is sent, with the partition if the caller chose it", async () => {
  const contexts: unknown[] = [];
  const encoding: Codec<string> = {
    ...text,
    encode: (value, context) => {
      contexts.push(context);
      return text.encode(value);
    },
  };
  const { producer, log } = producing({ encodingHeader: true, encoding });
  await producer.send("0", { timestamp: 5 });
  await producer.send("1", { partition: 0, key: "k", timestamp: 6 });
  const [first, second] = log.recordsOf("a");
  expect(contexts).toEqual([
    { topic: "a", partition: undefined, key: null, headers: first?.headers, timestamp: 5 },
    { topic: "a", partition: 0, key: second?.key, headers: second?.headers, timestamp: 6 },
  ]);
  expect(first?.headers).toHaveLength(1);
});

test("the size of a record counts the header", async () => {
  // The value takes 1 byte, the header's name 8, and "text" 4.
  const [fits, over] = [producing({ maxMessageBytes: 13 }), producing({ maxMessageBytes: 12 })];
  await fits.producer.send("0", { encodingHeader: true });
  await over.producer.send("0");
  await expect(over.producer.send("0", { encodingHeader: true })).rejects.toMatchObject({
    code: "RECORD_TOO_LARGE",
    message: expect.stringContaining("a record of 13 bytes"),
  });
});

test.each([
  [5, "encodingHeader must be true, false or a header's name, not 5"],
  [null, "encodingHeader must be true, false or a header's name, not null"],
  ["", 'encodingHeader must be a header\'s name, text without lone surrogates, not ""'],
  ["\ud800", 'encodingHeader must be a header\'s name, text without lone surrogates, not "\\ud800"'],
])("the encodingHeader %j is refused by a producer and by a send", async (encodingHeader, message) => {
  const options = { encodingHeader } as SendOptions<string>;
  const { producer, log } = producing();
  expect(() => new DataQueueProducer(log, options)).toThrow(message);
  await expect(producer.send("0", options)).rejects.toMatchObject({ code: "INVALID_ARGUMENT", message });
  expect(log.recordsOf("a")).toEqual([]);
});

test.each([[undefined], [""], ["\ud800"], [5]])("a codec with the name %j has none for the header", async (name) => {
  const encoding = { ...text, name } as Codec<string>;
  const { producer, log } = producing({ encoding });
  await expect(producer.send("0", { encodingHeader: true })).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    message: expect.stringMatching(
      /^encoding\.name must be text without lone surrogates for the header encoding, not /,
    ),
  });
  expect(log.recordsOf("a")).toEqual([]);
  await producer.send("1");
  expect(log.recordsOf("a")).toHaveLength(1);
});
