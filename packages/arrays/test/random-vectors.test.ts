import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { NdArray, RecordArray } from "../src/index.ts";
import type { FieldDescr, Item } from "../src/index.ts";

/** Numbers and counts as text, complex numbers as pairs, raw bytes in hex digits. */
type Written = string | boolean | readonly [re: string, im: string];

interface Made {
  readonly shape: readonly number[];
  readonly hex: string;
  /** The same items, little-endian. */
  readonly little: string;
}

const { arrays, records } = JSON.parse(readFileSync(new URL("vectors/random.json", import.meta.url), "utf8")) as {
  readonly arrays: readonly (Made & { readonly dtype: string; readonly items: readonly Written[] })[];
  readonly records: readonly (Made & {
    readonly dtype: readonly FieldDescr[];
    readonly columns: Readonly<Record<string, readonly [shape: readonly number[], little: string]>>;
  })[];
};

const unhex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const numberOf = (text: string): number => Number(text.replace("inf", "Infinity"));

function read(written: Written, dtype: string): Item {
  if (typeof written === "boolean") return written;
  if (typeof written !== "string") return { re: numberOf(written[0]), im: numberOf(written[1]) };
  const kind = dtype.charAt(1);
  if (kind === "V") return unhex(written);
  if (kind === "S" || kind === "U") return written;
  return /[mM]|[iu]8/.test(dtype) ? BigInt(written) : numberOf(written);
}

describe("random arrays of numpy", () => {
  test.each(arrays)("$dtype $shape", ({ dtype, shape, hex, little, items }) => {
    const array = NdArray.fromBytes(dtype, shape, unhex(hex));
    const expected = items.map((item) => read(item, dtype));
    expect([array.shape, array.size, hexOf(array.bytes)]).toEqual([shape, items.length, little]);
    expect([...array]).toEqual(expected);
    const written = NdArray.fromItems(dtype, shape, expected);
    // JavaScript does not distinguish the many NaN of IEEE 754.
    if (!JSON.stringify(items).includes("nan")) expect(hexOf(written.bytes)).toBe(little);
    expect([...written]).toEqual(expected);
    expect(NdArray.from(array.toList(), { dtype, shape }).toList()).toEqual(array.toList());
  });
});

describe("structured random arrays of numpy", () => {
  test.each(records)("$dtype $shape", ({ dtype, shape, hex, little, columns }) => {
    const made = new RecordArray(dtype, shape, unhex(hex));
    const fields = Object.keys(columns).map((name) => [name, made.field(name)] as const);
    for (const [name, field] of fields) {
      const bytes = field instanceof NdArray ? field.bytes : field.data;
      expect([name, field.shape, hexOf(bytes)]).toEqual([name, ...(columns[name] ?? [])]);
    }
    if (shape.length !== 1) return;
    expect(hexOf(RecordArray.fromColumns(dtype, Object.fromEntries(fields)).data)).toBe(little);
  });
});
