import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { json } from "@dataqueues/codec-json";

/** A value as tooling/python/scripts/json_vectors.py tells it. */
type Told =
  | readonly ["null"]
  | readonly ["bool", boolean]
  | readonly ["int" | "float" | "str", string]
  | readonly ["list", readonly Told[]]
  | readonly ["dict", readonly (readonly [string, Told])[]];

interface Read {
  readonly bytes: string;
  readonly value?: Told;
  readonly error?: string;
}

const vectors: {
  readonly read: readonly Read[];
  readonly bytes: readonly Read[];
  readonly write: readonly { readonly value: Told; readonly python: string }[];
} = JSON.parse(readFileSync(new URL("vectors/json.json", import.meta.url), "utf8"));

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The value that a told one is here: an integer that a number cannot hold is a bigint. */
function here(told: Told): unknown {
  switch (told[0]) {
    case "null":
      return null;
    case "int":
      return Number.isSafeInteger(Number(told[1])) ? Number(told[1]) : BigInt(told[1]);
    case "float":
      return told[1] === "nan" ? NaN : Buffer.from(told[1], "hex").readDoubleBE();
    case "list":
      return told[1].map(here);
    case "dict":
      return Object.fromEntries(told[1].map(([key, value]) => [key, here(value)]));
    default:
      return told[1];
  }
}

/** Python's whole numbers have no sign at 0. */
const withoutIntegerSign = (text: string): boolean => text === "-0";

const caseOf = (vector: Read): readonly [string, Read] => [textOf(bytesOf(vector.bytes)), vector];

const codec = json();

test.each(vectors.read.map(caseOf))("%j is read, or refused, as Python does", (text, { bytes, value }) => {
  if (value === undefined)
    expect(() => codec.decode(bytesOf(bytes))).toThrow(expect.objectContaining({ name: "JsonError" }));
  else if (withoutIntegerSign(text)) expect(codec.decode(bytesOf(bytes))).toBe(-0);
  else expect(codec.decode(bytesOf(bytes))).toStrictEqual(here(value));
});

// Python also reads UTF-16 and UTF-32, and lets half surrogates pass; here JSON is UTF-8 and nothing else.
test.each(vectors.bytes.map(caseOf))("the bytes %j are JSON only if they are UTF-8", (_text, { bytes, value }) => {
  const plain = bytes.startsWith("efbbbf") && value !== undefined;
  if (plain) expect(codec.decode(bytesOf(bytes))).toStrictEqual(here(value));
  else expect(() => codec.decode(bytesOf(bytes))).toThrow(expect.objectContaining({ name: "JsonError" }));
});

test.each(vectors.write)("$python is written byte for byte in Python's style, and means the same without", (vector) => {
  const value = here(vector.value);
  const python = textOf(json({ pythonStyle: true }).encode(value));
  if (vector.value[0] !== "float") expect(python).toBe(vector.python);
  for (const written of [python, textOf(codec.encode(value))]) expect(codec.decode(utf8(written))).toStrictEqual(value);
});

test("a repeated key keeps its last value, and __proto__ is a key like any other", () => {
  const value = codec.decode(utf8('{"a": 1, "__proto__": {"polluted": true}, "a": 2}'));
  expect(Object.entries(Object(value))).toEqual([
    ["a", 2],
    ["__proto__", { polluted: true }],
  ]);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Reflect.get({}, "polluted")).toBeUndefined();
  expect(textOf(codec.encode(value))).toBe('{"a":2,"__proto__":{"polluted":true}}');
});

test("NaN and the infinities are refused, or written as null or as Python does", () => {
  const value = { gain: [1, NaN, Infinity, -Infinity] };
  expect(() => codec.encode(value)).toThrow(
    expect.objectContaining({ name: "JsonError", code: "non-finite", path: "$.gain[1]" }),
  );
  expect(textOf(json({ nonFinite: "null" }).encode(value))).toBe('{"gain":[1,null,null,null]}');
  expect(textOf(json({ nonFinite: "python" }).encode(value))).toBe('{"gain":[1,NaN,Infinity,-Infinity]}');
  expect(() => json({ acceptNonFinite: false }).decode(utf8("[1, NaN]"))).toThrow(
    expect.objectContaining({ code: "non-finite", offset: 4 }),
  );
});

test("integers that a number cannot hold are bigint, or refused with their place", () => {
  expect(codec.decode(utf8("[9007199254740993, 9007199254740991]"))).toEqual([9007199254740993n, 9007199254740991]);
  expect(textOf(codec.encode([2n ** 70n, -1n]))).toBe("[1180591620717411303424,-1]");
  expect(() => json({ bigint: false }).decode(utf8("[1, 9007199254740993]"))).toThrow(
    expect.objectContaining({ code: "integer", offset: 4 }),
  );
});

test.each([
  ["a Map", new Map([["a", 1]]), "$"],
  ["a Set", { a: new Set([1]) }, "$.a"],
  ["a Date", [new Date(0)], "$[0]"],
  ["a typed array", { deep: [{ data: new Float64Array(1) }] }, "$.deep[0].data"],
  ["a function", [() => 1], "$[0]"],
  ["undefined", { a: undefined }, "$.a"],
  ["a hole", Array(2), "$[0]"],
  ["a symbol", Symbol("s"), "$"],
  ["a boxed text", new String("a"), "$"],
])("%s is refused at its path", (_what, value, path) => {
  expect(() => codec.encode(value)).toThrow(expect.objectContaining({ name: "JsonError", code: "type", path }));
});

test("half of a surrogate pair is refused at its path, in values and keys", () => {
  for (const [value, path] of [
    [["a", "\ud83d"], "$[1]"],
    [{ "\udc00": 1 }, "$.\udc00"],
  ])
    expect(() => codec.encode(value)).toThrow(expect.objectContaining({ name: "JsonError", code: "utf8", path }));
});

test("what is nested deeper than maxDepth is refused both ways, and a cycle with it", () => {
  const deep = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
  expect(textOf(codec.encode(codec.decode(utf8(deep(512)))))).toBe(deep(512));
  expect(() => codec.decode(utf8(deep(513)))).toThrow(expect.objectContaining({ code: "depth", offset: 512 }));
  expect(() => codec.decode(utf8("[".repeat(1_000_000)))).toThrow(expect.objectContaining({ code: "depth" }));
  const cycle: unknown[] = [];
  cycle.push(cycle);
  expect(() => codec.encode(cycle)).toThrow(expect.objectContaining({ code: "depth" }));
});
