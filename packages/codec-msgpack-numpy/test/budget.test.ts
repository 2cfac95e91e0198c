import { NdArray, RecordArray } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { Complex, decode, encode, Extension, Float64, NumpyScalar } from "../src/index.ts";

const [list, dict, map, entry, bytes] = [48, 56, 120, 32, 104];
/** The memory of an array's representation: a dict of five keys, the bytes of kind and data, the list of the shape. */
const array = (dimensions: number): number => dict + 5 * 8 + 2 * bytes + list + 8 * dimensions;

/** The memory of values as documented in `Limits`: 8 each, and more for a list, a dict, bytes, or a Map for other keys. */
const memory: readonly (readonly [what: string, value: unknown, memory: number])[] = [
  ["an empty list", [], list],
  ["three numbers", [0, 1, 2], list + 24],
  ["two floats", [0.5, 0.5], list + 16],
  ["a text, which counts as one value regardless of its length", ["a".repeat(1_000)], list + 8],
  ["lists in a list", [[], [[1]]], list + 16 + list + list + 8 + list + 8],
  ["an empty dict", {}, dict],
  ["a dict of two", { a: 1, b: "x" }, dict + 16],
  ["bytes", Uint8Array.of(), bytes],
  ["bytes, however long they are", new Uint8Array(5_000), bytes],
  ["an extension", [new Extension(1, new Uint8Array(16))], list + 8 + bytes],
  [
    "a Map of text",
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
    dict + 16,
  ],
  [
    "a Map of bytes as keys",
    new Map([
      [Uint8Array.of(1), 1],
      [Uint8Array.of(2), 2],
    ]),
    dict + 16,
  ],
  ["a Map of one number", new Map([[1, 1]]), dict + 8 + map + entry],
  [
    "a Map of three numbers",
    new Map([
      [1, 1],
      [2, 2],
      [3, 3],
    ]),
    dict + 24 + map + 3 * entry,
  ],
  [
    "a Map whose last key is a number",
    new Map<unknown, number>([
      ["a", 1],
      [Uint8Array.of(1), 1],
      [3, 3],
    ]),
    dict + 24 + map + 3 * entry,
  ],
  ["a Map of null", new Map([[null, [1]]]), dict + 8 + map + entry + list + 8],
  ["a key that is a complex number", new Map([[new Complex(1, 1), 1]]), dict + 8 + map + entry + dict + 16],
  ["an array of one dimension", NdArray.from([1, 2, 3], "<f8"), array(1)],
  ["an array of two", NdArray.from([[1, 2, 3]], "<f8"), array(2)],
  ["a typed array, which is written as an array", new Float32Array(3), array(1)],
  // The fields are a list of lists, and the shape of a field is a list as well.
  [
    "records",
    new RecordArray(
      [
        ["a", "<f8"],
        ["b", "<f8", [2]],
      ],
      [1],
      new Uint8Array(24),
    ),
    array(1) + list + 16 + list + 16 + list + 24 + list + 8,
  ],
  [
    "numpy's void, whose type is a field without a name",
    NdArray.fromBytes("|V3", [1], new Uint8Array(3)),
    array(1) + list + 8 + list + 16,
  ],
  ["a scalar", new NumpyScalar("<f4", 1), dict + 24 + bytes],
  ["a complex number", new Complex(1, 2), dict + 16],
  ["nothing but a number", 5, 0],
  ["a float", new Float64(5), 0],
];

/** A limit must be at least 1. */
const limited = memory.filter(([, , needed]) => needed > 1);

describe("memory is counted in the same way when writing and when reading", () => {
  test.each(limited)("%s", (_what, value, needed) => {
    const message = encode(value);
    const just = { maxMemoryBytes: needed };
    expect(encode(value, just)).toEqual(message);
    expect(() => decode(message, just)).not.toThrow();
    const tight = { maxMemoryBytes: needed - 1 };
    const error = {
      code: "too-many-items",
      message: expect.stringContaining(`maxMemoryBytes allows, which is ${needed - 1}`),
    };
    expect(() => encode(value, tight)).toThrow(expect.objectContaining(error));
    expect(() => decode(message, tight)).toThrow(expect.objectContaining(error));
  });

  test("values outside of lists, dicts and bytes take none", () => {
    for (const [, value] of memory.filter(([, , needed]) => needed === 0)) {
      expect(decode(encode(value, { maxMemoryBytes: 1 }), { maxMemoryBytes: 1 })).toBe(5);
    }
  });

  test("bytes as keys take none, in every form of their length", () => {
    for (const key of ["c40161", "c5000161", "c60000000161"]) {
      const message = Buffer.from(`81${key}01`, "hex");
      expect(decode(message, { maxMemoryBytes: dict + 8 })).toEqual({ a: 1 });
    }
  });

  test("each message and each value has the whole budget", () => {
    const limits = { maxMemoryBytes: list + 8, maxItems: 1 };
    for (let again = 0; again < 3; again += 1) expect(decode(encode([1], limits), limits)).toEqual([1]);
  });
});

describe("the limit in the error", () => {
  test("is the memory if the number of values is within its limit", () => {
    expect(() => encode([1], { maxItems: 1, maxMemoryBytes: 50 })).toThrow("maxMemoryBytes allows, which is 50");
    expect(() => decode(encode([1]), { maxItems: 1, maxMemoryBytes: 50 })).toThrow(
      "maxMemoryBytes allows, which is 50",
    );
  });

  test("is the number of values if both limits are exceeded", () => {
    expect(() => encode([1, 2], { maxItems: 1, maxMemoryBytes: 50 })).toThrow("maxItems allows, which is 1");
  });
});

describe("the default limits", () => {
  // A list of 2^24 - 6 values takes 128 MiB. The first value of each message is invalid, so that the test stays fast.
  const most = 2 ** 24 - 6;

  test("a list may take 128 MiB, and not one value more", () => {
    const sparse = (length: number): unknown[] => {
      const found: unknown[] = [];
      found.length = length;
      return found;
    };
    expect(() => encode(sparse(most))).toThrow(expect.objectContaining({ code: "type", path: "$[0]" }));
    expect(() => encode(sparse(most + 1))).toThrow("maxMemoryBytes allows, which is 134217728");
    const message = (length: number): Uint8Array => {
      const found = new Uint8Array(length + 5);
      found[0] = 0xdd;
      new DataView(found.buffer).setUint32(1, length);
      found[5] = 0xc1;
      return found;
    };
    expect(() => decode(message(most))).toThrow(expect.objectContaining({ code: "format", offset: 5 }));
    expect(() => decode(message(most + 1))).toThrow("maxMemoryBytes allows, which is 134217728");
  });

  test("values may nest 1,024 levels", () => {
    expect(() => encode([[1]], { maxDepth: undefined })).not.toThrow();
    const deep = (levels: number): Uint8Array => Uint8Array.from([...new Uint8Array(levels).fill(0x91), 0]);
    expect(() => decode(deep(1_024))).not.toThrow();
    expect(() => decode(deep(1_025))).toThrow("maxDepth allows, which is 1024");
  });
});

describe("a level ends where its list or dict does", () => {
  test("lists, dicts and arrays side by side are not deeper than one of them", () => {
    const beside = [[], [], {}, {}, { a: 1 }, [0.5], new Map([[1, 1]]), new Map([[2, 2]]), 1, []];
    expect(decode(encode(beside, { maxDepth: 2 }), { maxDepth: 2 })).toEqual(beside);
    const arrays = [NdArray.from([1]), NdArray.from([2]), new NumpyScalar("<m8[s]", 5n)];
    expect(decode(encode(arrays, { maxDepth: 3 }), { maxDepth: 3 })).toEqual(arrays);
  });

  test("declared items are counted once", () => {
    // Every value that is read reduces the declared items, also floats, which have a loop of their own.
    for (const value of [
      [[0.5, 0.5, 0.5], [1], [2]],
      [[0.5], { a: 0.5 }, [0.5]],
      [{ a: 1, b: 2 }, [3]],
      [[1, 2, 3], [4]],
    ]) {
      expect(decode(encode(value))).toEqual(value);
    }
  });
});

describe("64 levels", () => {
  test("are read and written with maxDepth 64, and 65 are not", () => {
    const nested = (levels: number): unknown => {
      let value: unknown = 1;
      for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
      return value;
    };
    const limits = { maxDepth: 64 };
    expect(decode(encode(nested(64), limits), limits)).toEqual(nested(64));
    expect(() => encode(nested(65), limits)).toThrow("maxDepth allows, which is 64");
    expect(() => decode(encode(nested(65)), limits)).toThrow("maxDepth allows, which is 64");
  });
});
