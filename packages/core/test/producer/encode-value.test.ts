import { expect, test } from "vitest";

import type { Codec, CodecSelector, RecordContext } from "../../src/contract/codec.ts";
import { encodeValue } from "../../src/producer/encode-value.ts";
import { DataQueueError, EncodeError, SchemaError } from "../../src/contract/errors.ts";

const bytes = new Uint8Array([1, 2]);
const context: RecordContext = {
  topic: "a",
  partition: 3,
  key: new Uint8Array([7]),
  headers: [["name", new Uint8Array([1])]],
  timestamp: 42,
};

/** A codec whose `encode` does what a test says. */
function codecOf(encode: () => unknown): Codec<never> {
  return { name: "mine", encode: encode as Codec["encode"], decode: () => undefined as never };
}

function caught(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

test("bytes and null are sent as they are without an encoding", () => {
  expect(encodeValue(bytes, undefined, context)).toBe(bytes);
  expect(encodeValue(null, undefined, context)).toBeNull();
});

class Telescope {
  readonly name = "mid";
}

test.each([
  ["text", "a string"],
  [5, "a number"],
  [undefined, "a undefined"],
  [new Telescope(), "a Telescope"],
  [[1], "a Array"],
  [Object.create(null), "a object"],
])("%j is refused without an encoding as %s", (value, words) => {
  const error = caught(() => encodeValue(value, undefined, context));
  expect(error).toBeInstanceOf(EncodeError);
  expect(error).toMatchObject({
    message: `topic a was sent ${words} without an encoding; give one, or bytes`,
    code: "NO_ENCODING",
    topic: "a",
  });
});

test("the bytes of a codec are given at once, or when its promise resolves", async () => {
  expect(
    encodeValue(
      bytes,
      codecOf(() => bytes),
      context,
    ),
  ).toBe(bytes);
  const later = encodeValue(
    bytes,
    codecOf(async () => bytes),
    context,
  );
  expect(later).toBeInstanceOf(Promise);
  expect(await later).toBe(bytes);
});

test("encode is called on the codec, with the value", () => {
  const codec: Codec<number> = {
    name: "counting",
    encode(value) {
      return new Uint8Array([this.name.length, value]);
    },
    decode: () => 0,
  };
  expect(encodeValue(7, codec as Codec<never>, context)).toEqual(new Uint8Array([8, 7]));
});

test.each([
  ["text", "a string"],
  [null, "null"],
  [undefined, "a undefined"],
  [[1, 2], "a Array"],
  [new ArrayBuffer(2), "a ArrayBuffer"],
])("a codec that gives %j instead of a Uint8Array fails, at once or with a promise", async (given, words) => {
  const details = {
    message: `the codec mine gave ${words} for topic a, not a Uint8Array`,
    code: "NOT_BYTES",
    topic: "a",
  };
  const now = caught(() =>
    encodeValue(
      1,
      codecOf(() => given),
      context,
    ),
  );
  const later: unknown = await Promise.resolve(
    encodeValue(
      1,
      codecOf(async () => given),
      context,
    ),
  ).catch((error: unknown) => error);
  for (const error of [now, later]) {
    expect(error).toBeInstanceOf(EncodeError);
    expect(error).toMatchObject(details);
  }
});

const plain = new RangeError("too deep");
const coded = Object.assign(new Error("no such dtype"), { code: "DTYPE" });
const counted = Object.assign(new Error("no file"), { code: 2 });
const ours = new DataQueueError("not that", { code: "MINE" });
const schema = new SchemaError("no", { issues: [] });

test.each([
  { what: "an error", cause: plain, code: "ENCODE_FAILED", reason: "too deep" },
  { what: "an error with a code of its own", cause: coded, code: "DTYPE", reason: "no such dtype" },
  { what: "a code that is no text", cause: counted, code: "ENCODE_FAILED", reason: "no file" },
  { what: "a DataQueueError", cause: ours, code: "MINE", reason: "not that" },
  { what: "a SchemaError", cause: schema, code: "SCHEMA_MISMATCH", reason: "no" },
  { what: "text", cause: "just text", code: "ENCODE_FAILED", reason: "just text" },
  { what: "null", cause: null, code: "ENCODE_FAILED", reason: "null" },
  { what: "an object that is no error", cause: { code: "C" }, code: "C", reason: "[object Object]" },
])("an EncodeError names the codec's error, $what, with topic and encoding", async (row) => {
  const { cause, code, reason } = row;
  const now = caught(() =>
    encodeValue(
      1,
      codecOf(() => {
        throw cause;
      }),
      context,
    ),
  );
  const later: unknown = await Promise.resolve(
    encodeValue(
      1,
      codecOf(async () => Promise.reject(cause)),
      context,
    ),
  ).catch((error: unknown) => error);
  for (const error of [now, later]) {
    expect(error).toBeInstanceOf(EncodeError);
    expect(error).toMatchObject({
      message: `a value for topic a cannot be encoded as mine: ${reason}`,
      code,
      topic: "a",
      cause,
    });
  }
});

test("an EncodeError of the codec is passed on as it is", async () => {
  const error = new EncodeError("mine alone", { code: "MINE" });
  const fails = codecOf(() => {
    throw error;
  });
  expect(caught(() => encodeValue(1, fails, context))).toBe(error);
  const failsLater = codecOf(async () => Promise.reject(error));
  await expect(encodeValue(1, failsLater, context)).rejects.toBe(error);
});

test("a codec gets the record's context", () => {
  const contexts: unknown[] = [];
  const noting: Codec<number> = {
    name: "noting",
    encode: (_, given) => (contexts.push(given), bytes),
    decode: () => 0,
  };
  expect(encodeValue(7, noting, context)).toBe(bytes);
  expect(contexts).toEqual([context]);
});

test("errors name the codec that a selector chose, or the selector if it chose none", () => {
  const bad = codecOf(() => {
    throw plain;
  });
  const selector = (codecFor: () => Codec<never, unknown>): CodecSelector<never, unknown> => ({
    ...bad,
    name: "selector",
    codecFor,
  });
  const none = selector(() => {
    throw new Error("none");
  });
  expect(
    caught(() =>
      encodeValue(
        1,
        selector(() => bad),
        context,
      ),
    ),
  ).toMatchObject({
    message: "a value for topic a cannot be encoded as mine: too deep",
  });
  expect(caught(() => encodeValue(1, none, context))).toMatchObject({
    message: "a value for topic a cannot be encoded as selector: too deep",
  });
  const noBytes: CodecSelector<never, unknown> = { ...selector(() => bad), encode: () => "text" as never };
  expect(caught(() => encodeValue(1, noBytes, context))).toMatchObject({
    message: "the codec mine gave a string for topic a, not a Uint8Array",
  });
});
