import { NdArray, RecordArray } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { Complex, decode, encode, Extension, Float64, msgpackNumpy, NumpyScalar } from "../src/index.ts";

/** The items and levels of values, including the dicts and lists that represent arrays. */
const exact: readonly (readonly [value: unknown, items: number, levels: number])[] = [
  [5, 0, 0],
  [[], 0, 1],
  [[0, 0.5, 1], 3, 1],
  [[0.5, 0.5], 2, 1],
  [[[[]]], 2, 3],
  [{ a: 1, b: {} }, 4, 2],
  [new Map([[1, [2]]]), 3, 2],
  [NdArray.from([1, 2]), 11, 2],
  [NdArray.from([[1, 2]]), 12, 2],
  [[NdArray.fromItems("<f8", [], [1])], 11, 3],
  [new RecordArray([["a", [["b", "<f4", [2]]]]], [1], new Uint8Array(8)), 19, 6],
  [new NumpyScalar("<f4", 1), 6, 1],
  [[new Complex(1, 2)], 5, 2],
  [new Map([[new Complex(1, 2), 1]]), 6, 2],
];

describe("a limit is the same when writing and when reading", () => {
  test.each(exact)("%o has %i items in %i levels", (value, maxItems, maxDepth) => {
    const bytes = encode(value);
    const just = { maxItems: Math.max(1, maxItems), maxDepth: Math.max(1, maxDepth) };
    expect(encode(value, just)).toEqual(bytes);
    expect(() => decode(bytes, just)).not.toThrow();
    for (const [name, most, code] of [
      ["maxItems", maxItems - 1, "too-many-items"],
      ["maxDepth", maxDepth - 1, "depth"],
    ] as const) {
      if (most < 1) continue;
      const limit = { [name]: most };
      for (const act of [
        () => encode(value, limit),
        () => decode(bytes, limit),
        () => msgpackNumpy(limit).encode(value),
      ]) {
        expect(act).toThrow(expect.objectContaining({ code, message: expect.stringContaining(name) }));
      }
    }
  });

  test("values nest at most 1,024 levels by default, as in Python (msgpack 1.2.4)", () => {
    let value: unknown = 1;
    for (let level = 0; level < 1_024; level += 1) value = level % 2 === 0 ? [value] : { a: value };
    expect(encode(decode(encode(value)))).toEqual(encode(value));
    expect(() => encode([value])).toThrow(expect.objectContaining({ code: "depth" }));
    const deep = Uint8Array.from([...new Uint8Array(2_000).fill(0x91), 0]);
    expect(encode(decode(deep, { maxDepth: 2_000 }), { maxDepth: 2_000 })).toEqual(deep);
  });

  test("a list that contains itself is too deep", () => {
    const own: unknown[] = [];
    own.push(own);
    expect(() => encode(own)).toThrow(expect.objectContaining({ code: "depth" }));
  });
});

describe("invalid options and arguments are refused at once, by name", () => {
  test.each([
    ["maxMemoryBytes", NaN],
    ["maxMemoryBytes", 0],
    ["maxMemoryBytes", 1.5],
    ["maxItems", NaN],
    ["maxItems", -1],
    ["maxItems", 0],
    ["maxItems", 1.5],
    ["maxItems", "5"],
    ["maxItems", null],
    ["maxDepth", NaN],
    ["maxDepth", 0],
    ["maxDepth", 2_001],
    ["maxDepth", Infinity],
    ["copy", "sometimes"],
    ["copy", true],
    ["scalars", "types"],
    ["bytesKeys", "text"],
    ["bytesKeys", null],
    ["legacy", 1],
  ])("%s: %o", (name, value) => {
    const options = { [name]: value };
    const error = expect.objectContaining({
      name: "TypeError",
      message: expect.stringMatching(`^${name} must be .*, not `),
    });
    expect(() => msgpackNumpy(options)).toThrow(error);
    expect(() => decode(Uint8Array.of(0), options)).toThrow(error);
    if (name.startsWith("max")) expect(() => encode(0, options)).toThrow(error);
  });

  test("options that are not an object, bytes that are not a Uint8Array", () => {
    const none: unknown = null;
    expect(() => msgpackNumpy(none as object)).toThrow("options must be an object, not null");
    const text: unknown = "abc";
    expect(() => decode(text as Uint8Array)).toThrow('bytes must be a Uint8Array, not "abc"');
  });

  test("Infinity for no limit of items, undefined for the default", () => {
    expect(msgpackNumpy({ maxItems: Infinity, maxDepth: undefined, copy: undefined }).decode(Uint8Array.of(5))).toBe(5);
  });

  const five = (): never => JSON.parse('"5"') as never;
  test.each([
    ["type", () => new Extension(128, new Uint8Array())],
    ["type", () => new Extension(NaN, new Uint8Array())],
    ["data", () => new Extension(1, five())],
    ["re", () => new Complex(five(), 1)],
    ["im", () => new Complex(1, five())],
    ["value", () => new Float64(five())],
    ["value", () => new NumpyScalar("<f8", NdArray.from([1]))],
    ["value", () => new NumpyScalar("<f4", NdArray.fromItems("<f8", [], [1]))],
  ])("%s of a constructor: %s", (name, act) => {
    expect(act).toThrow(
      expect.objectContaining({ name: "TypeError", message: expect.stringMatching(`^${name} must be `) }),
    );
  });

  test("an invalid dtype of a scalar, a value that does not fit it", () => {
    expect(() => new NumpyScalar("<f3", 1)).toThrow(expect.objectContaining({ code: "dtype" }));
    expect(() => new NumpyScalar("<i4", "x")).toThrow(expect.objectContaining({ code: "value" }));
  });
});
