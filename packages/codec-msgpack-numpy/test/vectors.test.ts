import { readFileSync } from "node:fs";

import { NdArray, RecordArray } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { Complex, decode, encode, NumpyScalar } from "../src/index.ts";

interface ArrayVector {
  readonly name: string;
  readonly bytes: string;
  readonly shape: readonly number[];
  readonly items: Items;
  /** What Python writes for the array as it is stored here, if that differs. */
  readonly rewritten?: string;
}

/** Items as Python prints them, by field for structured arrays. */
type Items = readonly (string | readonly string[])[] | { readonly [field: string]: Items };

interface ValueVector {
  readonly name: string;
  readonly bytes: string;
  readonly value: unknown;
}

const vectors = JSON.parse(readFileSync(new URL("vectors/vectors.json", import.meta.url), "utf8")) as {
  readonly arrays: readonly ArrayVector[];
  readonly values: readonly ValueVector[];
};

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));
const base64Of = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const number = (text: string): number => Number(text.replace("inf", "Infinity"));

function itemsOf(array: unknown): unknown {
  if (array instanceof RecordArray)
    return Object.fromEntries(array.names.map((name) => [name, itemsOf(array.field(name))]));
  if (!(array instanceof NdArray)) return array;
  return Array.from(array, (item) => {
    if (item instanceof Uint8Array) return Buffer.from(item).toString("hex");
    if (typeof item === "object") return [item.re, item.im];
    return typeof item === "boolean"
      ? String(Number(item))
      : typeof item === "string"
        ? item
        : /^.[iuMm]/.test(array.dtype)
          ? String(item)
          : item;
  });
}

/** Turns floats into numbers; integers stay text. */
function expectedItems(items: Items, array: unknown): unknown {
  if (array instanceof RecordArray) {
    return Object.fromEntries(
      Object.entries(items).map(([name, column]) => [name, expectedItems(column as Items, array.field(name))]),
    );
  }
  if (!(array instanceof NdArray) || !Array.isArray(items)) return items;
  if (!/^.[fc]/.test(array.dtype)) return items;
  return items.map((item: string | readonly string[]) => (typeof item === "string" ? number(item) : item.map(number)));
}

/** The value in the form of the vectors. */
function meaning(value: unknown): unknown {
  if (value instanceof NumpyScalar) return meaning(value.value);
  if (value instanceof NdArray) return { array: itemsOf(value), dtype: value.dtype };
  if (value instanceof Date) return { time: String(value.getTime()) };
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString("hex") };
  if (value instanceof Complex) return { complex: [value.re, value.im] };
  if (Array.isArray(value)) return value.map(meaning);
  if (value instanceof Map) return { map: Array.from(value, (entry) => entry.map(meaning)) };
  if (typeof value === "object" && value !== null && "re" in value && "im" in value)
    return { complex: [value.re, value.im] };
  if (typeof value === "object" && value !== null) {
    return { dict: Object.fromEntries(Object.entries(value).map(([key, item]) => [key, meaning(item)])) };
  }
  if (typeof value === "bigint") return { int: String(value) };
  if (typeof value === "number")
    return Number.isInteger(value) && !Object.is(value, -0) && Math.abs(value) < 2 ** 54
      ? { int: String(value) }
      : { float: value };
  return typeof value === "string" ? { text: value } : value;
}

function expectedMeaning(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expectedMeaning);
  if (typeof value !== "object" || value === null) return value;
  if ("float" in value) return { float: number(String(value.float)) };
  if ("complex" in value && Array.isArray(value.complex))
    return { complex: value.complex.map((part) => number(String(part))) };
  if ("map" in value) return { map: (value.map as unknown[][]).map((entry) => entry.map(expectedMeaning)) };
  if ("dict" in value && typeof value.dict === "object" && value.dict !== null) {
    return { dict: Object.fromEntries(Object.entries(value.dict).map(([key, item]) => [key, expectedMeaning(item)])) };
  }
  return value;
}

describe("arrays that Python wrote", () => {
  for (const { name, bytes, shape, items, rewritten } of vectors.arrays) {
    test(`${name} is read with Python's values and written as Python writes it`, () => {
      const array = decode(bytesOf(bytes));
      expect(array instanceof NdArray || array instanceof RecordArray).toBe(true);
      expect((array as NdArray | RecordArray).shape).toEqual(shape);
      expect(itemsOf(array)).toEqual(expectedItems(items, array));
      expect(base64Of(encode(array))).toBe(rewritten ?? bytes);
    });
  }
});

describe("values that Python wrote", () => {
  for (const { name, bytes, value } of vectors.values) {
    test(`${name}: read with Python's values and written as Python writes it`, () => {
      const found = decode(bytesOf(bytes), { scalars: "typed" });
      const plain = meaning(found);
      if (name === "scalar b1") expect(plain).toBe(true);
      else expect(plain).toEqual(expectedMeaning(value));
      expect(base64Of(encode(found))).toBe(bytes);
    });
  }
});
