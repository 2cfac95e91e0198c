import { expect, test } from "vitest";

import type { Codec, CodecSelector } from "../../src/contract/codec.ts";
import { decodeMessage } from "../../src/consumer/decode-message.ts";
import { DecodeError, SchemaError } from "../../src/contract/errors.ts";
import type { Message } from "../../src/contract/record.ts";
import type { FetchedRecord } from "../../src/consumer/fetch-buffer.ts";
import type { Schema, StandardSchemaIssue } from "../../src/contract/schema.ts";
import { stateOf, recordAt } from "./fetching.ts";

const headers = [["name", new Uint8Array([1])] as const];
const key = new Uint8Array([7]);

function fetched(text: string | null): FetchedRecord {
  return { partition: stateOf("a", 3), record: recordAt(5n, text, { key, headers, timestamp: 42 }) };
}

const place = { topic: "a", partition: 3, offset: 5n };
const message = (value: unknown): unknown => ({ ...place, value, timestamp: 42, key, headers });

/** A codec that gives a text in capitals, or does `decode`. */
function codec(decode?: (bytes: Uint8Array) => unknown): Codec<never, unknown> {
  const upper = (bytes: Uint8Array): string => new TextDecoder().decode(bytes).toUpperCase();
  return { name: "upper", encode: () => new Uint8Array(), decode: decode ?? upper };
}

function schema(validate: (value: unknown) => readonly StandardSchemaIssue[]): Schema {
  const check = (value: unknown): { value: unknown } | { issues: readonly StandardSchemaIssue[] } => {
    const issues = validate(value);
    return issues.length === 0 ? { value: "never taken" } : { issues };
  };
  return { "~standard": { version: 1, vendor: "test", validate: check } };
}

/** The error of decoding, thrown or rejected with. */
async function refusal(attempt: () => Message<unknown> | Promise<Message<unknown>>): Promise<DecodeError> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
  throw new Error("not refused");
}

test("a message without an encoding has the record's own bytes, key, headers and timestamp", () => {
  const given = fetched("text");
  const found = decodeMessage(given, { encoding: undefined, schema: undefined });
  expect(found).toEqual(message(given.record.value));
  expect(found).toHaveProperty("value", given.record.value);
});

test("the value of a codec is given at once, whatever it is", () => {
  expect(decodeMessage(fetched("text"), { encoding: codec(), schema: undefined })).toEqual(message("TEXT"));
  const undecided = codec(() => undefined);
  expect(decodeMessage(fetched("text"), { encoding: undecided, schema: undefined })).toEqual(message(undefined));
});

test("the value of a codec that returns a promise is waited for", async () => {
  const found = decodeMessage(fetched("text"), { encoding: codec(async () => 5), schema: undefined });
  expect(found).toBeInstanceOf(Promise);
  expect(await found).toEqual(message(5));
});

test("the value of a tombstone is null, and is neither decoded nor checked", () => {
  const never = (): never => {
    throw new Error("not for null");
  };
  expect(decodeMessage(fetched(null), { encoding: codec(never), schema: schema(never) })).toEqual(message(null));
});

test("a schema checks the decoded value, or the bytes, and does not change it", async () => {
  const seen: unknown[] = [];
  const noting = schema((value) => {
    seen.push(value);
    return [];
  });
  expect(await decodeMessage(fetched("text"), { encoding: codec(), schema: noting })).toEqual(message("TEXT"));
  expect(await decodeMessage(fetched("text"), { encoding: codec(async () => 5), schema: noting })).toEqual(message(5));
  const given = fetched("text");
  expect(await decodeMessage(given, { encoding: undefined, schema: noting })).toEqual(message(given.record.value));
  expect(seen).toEqual(["TEXT", 5, given.record.value]);
});

class Broken extends Error {
  readonly code: unknown;
  readonly offset: unknown;
  constructor(code: unknown, offset: unknown) {
    super("no such letter");
    this.code = code;
    this.offset = offset;
  }
}

test.each<[string, unknown, { code: string; byteOffset?: number | undefined; reason: string }]>([
  ["a code and a place", new Broken("BAD_LETTER", 1), { code: "BAD_LETTER", byteOffset: 1, reason: "no such letter" }],
  ["the place 0", new Broken("BAD_LETTER", 0), { code: "BAD_LETTER", byteOffset: 0, reason: "no such letter" }],
  ["a code that is no text", new Broken(7, 1), { code: "DECODE_FAILED", byteOffset: 1, reason: "no such letter" }],
  ["a place that is no number", new Broken("X", 1n), { code: "X", byteOffset: undefined, reason: "no such letter" }],
  ["neither", new Error("no"), { code: "DECODE_FAILED", byteOffset: undefined, reason: "no" }],
  ["no error but a text", "just so", { code: "DECODE_FAILED", byteOffset: undefined, reason: "just so" }],
  ["nothing at all", undefined, { code: "DECODE_FAILED", byteOffset: undefined, reason: "undefined" }],
  ["null", null, { code: "DECODE_FAILED", byteOffset: undefined, reason: "null" }],
])("a codec's error is wrapped with the record's place and bytes: %s", async (_, cause, expected) => {
  const { code, byteOffset, reason } = expected;
  const throwing = codec(() => {
    throw cause;
  });
  for (const encoding of [throwing, codec(async () => Promise.reject(cause))]) {
    const given = fetched("\u{61}x");
    const error = await refusal(() => decodeMessage(given, { encoding, schema: undefined }));
    expect(error).toMatchObject({ ...place, code, byteOffset });
    expect(error.bytes).toBe(given.record.value);
    expect(error.cause).toBe(cause);
    expect(error.message).toBe(`the record at a[3] offset 5 cannot be decoded as upper: ${reason}`);
  }
});

test("a codec that throws at once makes decoding throw at once", () => {
  const throwing = codec(() => {
    throw new Error("no");
  });
  expect(() => decodeMessage(fetched("text"), { encoding: throwing, schema: undefined })).toThrow(DecodeError);
});

test.each([
  ["with an encoding", codec()],
  ["of bytes", undefined],
])("the error of a value that its schema refuses has the issues: %s", async (_, encoding) => {
  const refusing = schema(() => [{ message: "too short", path: ["x"] }]);
  const given = fetched("text");
  const error = await refusal(() => decodeMessage(given, { encoding, schema: refusing }));
  expect(error).toMatchObject({ ...place, code: "SCHEMA_MISMATCH", byteOffset: undefined });
  expect(error.bytes).toBe(given.record.value);
  expect(error.cause).toBeInstanceOf(SchemaError);
  expect(error.cause).toMatchObject({ ...place, issues: [{ message: "too short", path: ["x"] }] });
  expect(error.message).toBe(
    "the record at a[3] offset 5 is not valid: the value for topic a does not match its schema: 1 issue\n * x: too short",
  );
});

test("the error of a schema that throws on bytes names no encoding", async () => {
  const failing = schema(() => {
    throw new Error("broken schema");
  });
  const error = await refusal(() => decodeMessage(fetched("text"), { encoding: undefined, schema: failing }));
  expect(error.message).toBe("the record at a[3] offset 5 is not valid: broken schema");
});

test("a codec gets the record's context", () => {
  const contexts: unknown[] = [];
  const noting = codec();
  const encoding = { ...noting, decode: (bytes: Uint8Array, context?: unknown) => contexts.push(context) && bytes };
  expect(decodeMessage(fetched("text"), { encoding, schema: undefined })).toHaveProperty("topic", "a");
  expect(contexts).toEqual([{ topic: "a", partition: 3, key, headers, timestamp: 42 }]);
});

test("a schema by topic checks the values of its topics only", async () => {
  const refusing = schema(() => [{ message: "too short" }]);
  const error = await refusal(() => decodeMessage(fetched("text"), { encoding: codec(), schema: { a: refusing } }));
  expect(error).toMatchObject({ ...place, code: "SCHEMA_MISMATCH" });
  const others = { b: refusing, toString: refusing };
  expect(decodeMessage(fetched("text"), { encoding: codec(), schema: others })).toEqual(message("TEXT"));
});

test("an error names the codec that a selector chose, or the selector if it chose none", async () => {
  const bad = codec(() => {
    throw new Error("no");
  });
  const selector = (codecFor: () => Codec<never, unknown>): CodecSelector<never, unknown> => ({
    ...bad,
    name: "selector",
    codecFor,
  });
  const none = selector(() => {
    throw new Error("none");
  });
  const endless: CodecSelector<never, unknown> = selector(() => endless);
  for (const [encoding, name] of [
    [selector(() => bad), "upper"],
    [selector(() => selector(() => bad)), "upper"],
    [none, "selector"],
    [endless, "selector"],
  ] as const) {
    const error = await refusal(() => decodeMessage(fetched("text"), { encoding, schema: undefined }));
    expect(error.message).toBe(`the record at a[3] offset 5 cannot be decoded as ${name}: no`);
  }
});
