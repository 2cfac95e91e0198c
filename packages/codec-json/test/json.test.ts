import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";

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
    expect(() => codec.decode(bytesOf(bytes))).toThrow(expect.objectContaining({ name: "CodecError" }));
  else if (withoutIntegerSign(text)) expect(codec.decode(bytesOf(bytes))).toBe(-0);
  else expect(codec.decode(bytesOf(bytes))).toStrictEqual(here(value));
});

// Python also reads UTF-16 and UTF-32, and lets half surrogates pass; here JSON is UTF-8 and nothing else.
test.each(vectors.bytes.map(caseOf))("the bytes %j are JSON only if they are UTF-8", (_text, { bytes, value }) => {
  const plain = bytes.startsWith("efbbbf") && value !== undefined;
  if (plain) expect(codec.decode(bytesOf(bytes))).toStrictEqual(here(value));
  else expect(() => codec.decode(bytesOf(bytes))).toThrow(expect.objectContaining({ name: "CodecError" }));
});

test.each(vectors.write)("$python is written byte for byte in Python's style, and means the same without", (vector) => {
  const value = here(vector.value);
  const python = textOf(json({ pythonStyle: true }).encode(value));
  // 1.0 is 1 in JavaScript, and written so.
  if (vector.value[0] !== "float" || !Number.isSafeInteger(value) || Object.is(value, -0)) {
    expect(python).toBe(vector.python);
  }
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
    expect.objectContaining({ name: "CodecError", code: "non-finite", path: "$.gain[1]" }),
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

test("a number is read as a number and a large bigint as a bigint, in both styles, where Python has float and int", () => {
  // Python: json.loads(text) gives [1e+16, 10000000000000000, 9007199254740992.0, 9007199254740992, 3].
  const value = [1e16, 10n ** 16n, 2 ** 53, 2n ** 53n, 3];
  const text = "[1e+16,10000000000000000,9007199254740992.0,9007199254740992,3]";
  expect(textOf(codec.encode(value))).toBe(text);
  expect(codec.decode(utf8(text))).toStrictEqual(value);
});

test("integers of more digits than Python reads are refused both ways", () => {
  const most = 10n ** 4300n - 1n;
  expect(codec.decode(codec.encode([most, -most]))).toStrictEqual([most, -most]);
  for (const more of [most + 1n, -most - 1n]) {
    expect(() => codec.encode({ a: more })).toThrow(expect.objectContaining({ code: "integer", path: "$.a" }));
  }
});

test("the offset of a fault counts bytes, also after a byte order mark and characters beyond ASCII", () => {
  for (const [text, offset] of [
    ['{"é": tru}', 7],
    ['\ufeff["☆", 1 2]', 13],
    ['["\t and more"]', 1],
    ["[1, 2", 5],
  ] as const) {
    expect(() => codec.decode(utf8(text))).toThrow(expect.objectContaining({ code: "syntax", offset }));
    expect(() => codec.decode(utf8(text))).toThrow(`at byte ${offset}`);
  }
});

test("the str() of a Python dict is recognised", () => {
  for (const text of ["{'a': 1}", "[True]", "[None, 1]"]) {
    expect(() => codec.decode(utf8(text))).toThrow("json.dumps() writes JSON");
  }
});

test.each([
  ["maxDepth", [NaN, -1, 0.5, Infinity, 2001, "5", 5n, null]],
  ["nonFinite", ["nul", true, null, 0]],
  ["acceptNonFinite", ["yes", 0, null]],
  ["pythonStyle", ["yes", 1, null]],
  ["bigint", [0n, "no", null]],
])("invalid values of %s are refused, and the option is named", (name, values) => {
  for (const value of values) {
    const refused = expect.objectContaining({ name: "CodecError", code: "INVALID_ARGUMENT" });
    expect(() => json({ [name]: value })).toThrow(refused);
    expect(() => json({ [name]: value })).toThrow(new RegExp(`^${name} must be `));
  }
  expect(() => json({ [name]: undefined })).not.toThrow();
});

test("options that are no object are refused", () => {
  for (const options of [null, "python", 5]) expect(() => json(options as never)).toThrow(/^options must be an object/);
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
  ["undefined behind what is deeper", { a: [{ b: [1] }, undefined] }, "$.a[1]"],
  ["a Date behind what is deeper", { a: [{ b: [1] }, new Date(0)] }, "$.a[1]"],
  ["a boxed text", new String("a"), "$"],
])("%s is refused at its path", (_what, value, path) => {
  expect(() => codec.encode(value)).toThrow(expect.objectContaining({ name: "CodecError", code: "type", path }));
});

test("half of a surrogate pair is refused at its path, in values and keys", () => {
  for (const [value, path] of [
    [["a", "\ud83d"], "$[1]"],
    [{ "\udc00": 1 }, "$.\udc00"],
  ])
    expect(() => codec.encode(value)).toThrow(expect.objectContaining({ name: "CodecError", code: "utf8", path }));
});

test("values deeper than maxDepth are refused both ways, and so is a cycle", () => {
  const deep = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
  expect(textOf(codec.encode(codec.decode(utf8(deep(512)))))).toBe(deep(512));
  expect(() => codec.decode(utf8(deep(513)))).toThrow(expect.objectContaining({ code: "depth", offset: 512 }));
  expect(() => codec.decode(utf8("[".repeat(1_000_000)))).toThrow(expect.objectContaining({ code: "depth" }));
  // What is written by default is read by default.
  const nested = (levels: number): unknown[] => (levels === 1 ? [] : [nested(levels - 1)]);
  expect(textOf(codec.encode(nested(512)))).toBe(deep(512));
  expect(() => codec.encode(nested(513))).toThrow(expect.objectContaining({ code: "depth" }));
  const deepest = json({ maxDepth: 2000 });
  expect(textOf(deepest.encode(deepest.decode(utf8(deep(2000)))))).toBe(deep(2000));
  const cycle: unknown[] = [];
  cycle.push(cycle);
  expect(() => codec.encode(cycle)).toThrow(expect.objectContaining({ code: "depth" }));
});

test("a text of more than 65,536 characters, which is written in parts, is complete and in order", () => {
  const value = Array.from({ length: 5 }, (_, index) => String(index).repeat(40_000 + index));
  expect(textOf(json().encode(value))).toBe(JSON.stringify(value));
  expect(textOf(json({ pythonStyle: true }).encode({ a: value, b: 1 }))).toBe(
    `{"a": ${JSON.stringify(value).replaceAll(",", ", ")}, "b": 1}`,
  );
});

test("text becomes bytes whenever there are more than 65,536 characters of it, so that memory does not hold all of it", () => {
  const encode = vi.spyOn(TextEncoder.prototype, "encode");
  const lengths = (value: unknown): number[] => {
    encode.mockClear();
    json().encode(value);
    return encode.mock.calls.map(([text = ""]) => text.length);
  };
  try {
    // ["…", before the second text, and "a"] behind it.
    expect(lengths(["x".repeat(65_532), "a"])).toEqual([65_540]);
    expect(lengths(["x".repeat(65_533), "a"])).toEqual([65_537, 4]);
    expect(lengths(Array<string>(10).fill("x".repeat(9_998)))).toEqual([70_008, 30_003]);
    expect(lengths([1, 2, { a: 3 }])).toEqual([13]);
  } finally {
    encode.mockRestore();
  }
});

test("a codec keeps no state between values, also after a refused one", () => {
  const codec = json();
  expect(() => codec.encode({ deep: [1, NaN] })).toThrow("$.deep[1]");
  expect(textOf(codec.encode([1]))).toBe("[1]");
  expect(() => codec.encode([NaN])).toThrow("$[0]: JSON has no NaN");
});
