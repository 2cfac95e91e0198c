import { NdArray, RecordArray } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { Complex, decode, encode, Extension, Float64, NumpyScalar } from "../src/index.ts";

const [list, dict, map, entry, bytes] = [48, 56, 120, 32, 104];
/** What stands for an array: a dict of five keys, the bytes of kind and data, the list of the shape. */
const array = (dimensions: number): number => dict + 5 * 8 + 2 * bytes + list + 8 * dimensions;

/** What values take, as `Limits` tells: 8 each, 48 more for a list, 56 for a dict, 104 for bytes; a Map for other keys. */
const memory: readonly (readonly [what: string, value: unknown, memory: number])[] = [
  ["an empty list", [], list],
  ["three numbers", [0, 1, 2], list + 24],
  ["two floats", [0.5, 0.5], list + 16],
  ["a text, which counts as one value however long it is", ["a".repeat(1_000)], list + 8],
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
  ["a typed array, which goes as an array", new Float32Array(3), array(1)],
  // Fields are lists of a name and a format in a list; so is the shape of a field.
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

/** Less than 1 is no limit. */
const limited = memory.filter(([, , needed]) => needed > 1);

describe("memory is counted alike when writing and when reading", () => {
  test.each(limited)("%s", (_what, value, needed) => {
    const message = encode(value);
    const just = { maxMemoryBytes: needed };
    expect(encode(value, just)).toEqual(message);
    expect(() => decode(message, just)).not.toThrow();
    const tight = { maxMemoryBytes: needed - 1 };
    const told = {
      code: "too-many-items",
      message: expect.stringContaining(`maxMemoryBytes allows, which is ${needed - 1}`),
    };
    expect(() => encode(value, tight)).toThrow(expect.objectContaining(told));
    expect(() => decode(message, tight)).toThrow(expect.objectContaining(told));
  });

  test("values that are in no list, dict or bytes take none", () => {
    for (const [, value] of memory.filter(([, , needed]) => needed === 0)) {
      expect(decode(encode(value, { maxMemoryBytes: 1 }), { maxMemoryBytes: 1 })).toBe(5);
    }
  });

  test("bytes as keys take none of their own, in whichever form their length is", () => {
    for (const key of ["c40161", "c5000161", "c60000000161"]) {
      const message = Buffer.from(`81${key}01`, "hex");
      expect(decode(message, { maxMemoryBytes: dict + 8 })).toEqual({ a: 1 });
    }
  });

  test("each message and each value has all of it", () => {
    const limits = { maxMemoryBytes: list + 8, maxItems: 1 };
    for (let again = 0; again < 3; again += 1) expect(decode(encode([1], limits), limits)).toEqual([1]);
  });
});

describe("which limit is told where two are near", () => {
  test("the memory where the number of values is just what is allowed", () => {
    expect(() => encode([1], { maxItems: 1, maxMemoryBytes: 50 })).toThrow("maxMemoryBytes allows, which is 50");
    expect(() => decode(encode([1]), { maxItems: 1, maxMemoryBytes: 50 })).toThrow(
      "maxMemoryBytes allows, which is 50",
    );
  });

  test("the number of values where both are over", () => {
    expect(() => encode([1, 2], { maxItems: 1, maxMemoryBytes: 50 })).toThrow("maxItems allows, which is 1");
  });
});

describe("what is allowed by default", () => {
  // The memory of 2^24 - 6 values and their list is 128 MiB. Each of these messages goes wrong with its first value, so nothing of them is made.
  const most = 2 ** 24 - 6;

  test("a list of as many values as 128 MiB have room for is begun, and none of more", () => {
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

  test("1,024 levels", () => {
    expect(() => encode([[1]], { maxDepth: undefined })).not.toThrow();
    const deep = (levels: number): Uint8Array => Uint8Array.from([...new Uint8Array(levels).fill(0x91), 0]);
    expect(() => decode(deep(1_024))).not.toThrow();
    expect(() => decode(deep(1_025))).toThrow("maxDepth allows, which is 1024");
  });
});

describe("a level ends where its list or dict does", () => {
  test("lists, dicts and arrays side by side are no deeper than one of them", () => {
    const beside = [[], [], {}, {}, { a: 1 }, [0.5], new Map([[1, 1]]), new Map([[2, 2]]), 1, []];
    expect(decode(encode(beside, { maxDepth: 2 }), { maxDepth: 2 })).toEqual(beside);
    const arrays = [NdArray.from([1]), NdArray.from([2]), new NumpyScalar("<m8[s]", 5n)];
    expect(decode(encode(arrays, { maxDepth: 3 }), { maxDepth: 3 })).toEqual(arrays);
  });

  test("what is promised is owed once", () => {
    // Each list takes from what the message still owes: floats, too, which are read by their own way.
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
