import { readFileSync } from "node:fs";

import { NdArray, RecordArray } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { decode, encode } from "../src/index.ts";

interface Vector {
  readonly name: string;
  readonly bytes: string;
  readonly shape: readonly number[];
  readonly items: Items;
  /** What Python writes for the array as it is stored here, if that differs. */
  readonly rewritten?: string;
}

/** Items as Python prints them, by field for structured arrays. */
type Items = readonly (string | readonly string[])[] | { readonly [field: string]: Items };

const vectors = JSON.parse(readFileSync(new URL("vectors/vectors.json", import.meta.url), "utf8")) as {
  readonly arrays: readonly Vector[];
};

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));

function expectItems(array: NdArray | RecordArray, items: Items): void {
  if (array instanceof RecordArray) {
    expect(array.names).toEqual(Object.keys(items));
    for (const [name, column] of Object.entries(items)) expectItems(array.field(name), column);
    return;
  }
  const found = Array.from(array, (item) => {
    if (item instanceof Uint8Array) return Buffer.from(item).toString("hex");
    return typeof item === "object" ? [item.re, item.im] : typeof item === "string" ? item : Number(item);
  });
  const numeric = /^.[biufc]/.test(array.dtype);
  const number = (text: string) => Number(text.replace("inf", "Infinity"));
  const integers = /^.[iuMm]/.test(array.dtype);
  if (integers) {
    expect(Array.from(array, String)).toEqual(items);
    return;
  }
  const expected = Array.from(items as readonly (string | readonly string[])[], (item) =>
    typeof item === "string" ? (numeric ? number(item) : item) : item.map(number),
  );
  expect(found).toEqual(expected);
}

describe("what Python wrote", () => {
  for (const { name, bytes, shape, items, rewritten } of vectors.arrays) {
    test(`${name} is read with Python's values and written as Python writes it`, () => {
      const array = decode(bytesOf(bytes));
      expect(array.shape).toEqual(shape);
      expectItems(array, items);
      expect(Buffer.from(encode(array)).toString("base64")).toBe(rewritten ?? bytes);
    });
  }
});
