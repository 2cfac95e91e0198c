import { isTypedArray } from "@dataqueues/arrays";
import type { NdArray, TypedArray } from "@dataqueues/arrays";
import type * as z from "zod";

import { isNdArray } from "../recognise.ts";
import { shortRepr, typeName } from "../type-name.ts";
import { checkedBy } from "./checked-by.ts";
import type { Problem } from "./checked-by.ts";

/** Numbers that JSON does not have, as text. */
export type NonFinite = "nan" | "NaN" | "inf" | "-inf" | "Infinity" | "-Infinity";

/** A number; NaN and the infinities may be text. */
export type AnyNumber = number | NonFinite;

/** Real numbers in one dimension: a list, a typed array, or an NdArray of integers or floats. */
export type Numbers = readonly AnyNumber[] | TypedArray | NdArray;

/** How numbers are checked. */
export interface NumbersOptions {
  /** Checks every value, also of typed arrays, and refuses NaN and the infinities. */
  readonly finite?: boolean | undefined;
}

const nonFinite: ReadonlySet<unknown> = new Set(["nan", "NaN", "inf", "-inf", "Infinity", "-Infinity"]);
/** In the notation of NdArray, little-endian. */
const realDtypes: ReadonlySet<string> = new Set("|i1 |u1 <i2 <u2 <i4 <u4 <i8 <u8 <f2 <f4 <f8".split(" "));

/** A zod schema of a number; NaN and the infinities may be text. */
export const anyNumber: z.ZodType<AnyNumber> = checkedBy((value) =>
  isAnyNumber(value) ? undefined : { code: "wrong_type", message: "this is no number", expected: "number" },
);

/** A zod schema of {@link Numbers}. Typed arrays are checked by dtype and dimensions, not value by value. */
export function numbers({ finite = false }: NumbersOptions = {}): z.ZodType<Numbers> {
  return checkedBy((value) => notNumbers(value) ?? (finite ? nonFiniteIn(value as Numbers) : undefined));
}

/** How many numbers there are; -1 for any other value. */
export function lengthOf(value: unknown): number {
  if (Array.isArray(value) || isTypedArray(value)) return value.length;
  return isNdArray(value) ? (value.shape[0] ?? -1) : -1;
}

/** Why a value is not {@link Numbers}; undefined if it is. */
export function notNumbers(value: unknown): Problem | undefined {
  if (isTypedArray(value)) return undefined;
  const expected = "numbers";
  if (isNdArray(value)) {
    if (!realDtypes.has(value.dtype)) {
      return { code: "wrong_dtype", message: `${value.dtype} is no dtype of real numbers`, expected };
    }
    if (value.shape.length === 1) return undefined;
    const message = `one dimension is needed, the shape is (${value.shape.join(", ")})`;
    return { code: "wrong_shape", message, expected };
  }
  if (!Array.isArray(value)) {
    return { code: "wrong_type", message: `numbers are needed, this is ${typeName(value)}`, expected };
  }
  const index = value.findIndex((item) => !isAnyNumber(item));
  if (index === -1) return undefined;
  return { code: "wrong_type", message: `item ${index} is ${shortRepr(value[index])}, no number`, expected };
}

function nonFiniteIn(value: Numbers): Problem | undefined {
  const items: readonly AnyNumber[] | TypedArray = isNdArray(value) ? value.data : value;
  const index = Array.prototype.findIndex.call(items, (item) => typeof item !== "bigint" && !Number.isFinite(item));
  if (index === -1) return undefined;
  return { code: "not_finite", message: `item ${index} is ${String(items[index])}`, expected: "finite numbers" };
}

function isAnyNumber(value: unknown): value is AnyNumber {
  return typeof value === "number" || nonFinite.has(value);
}

/** Real numbers in two dimensions: equally long rows, or an NdArray. */
export type NumberRows = readonly Numbers[] | NdArray;

/** A zod schema of {@link NumberRows}, of `width` columns if that is given. It reports the first wrong row. */
export function numberRows(width?: number): z.ZodType<NumberRows> {
  const expected = `(rows, ${width ?? "columns"})`;
  return checkedBy((value) => {
    if (isNdArray(value)) {
      const [, columns, ...more] = value.shape;
      if (columns !== undefined && more.length === 0 && columns === (width ?? columns)) {
        // Its items are checked as one long row.
        return notNumbers({ dtype: value.dtype, shape: [value.data.length], data: value.data });
      }
      const message = `${expected} is needed, the shape is (${value.shape.join(", ")})`;
      return { code: "wrong_shape", message, expected };
    }
    if (!Array.isArray(value)) {
      return { code: "wrong_type", message: `rows of numbers are needed, this is ${typeName(value)}`, expected };
    }
    const columns = width ?? lengthOf(value[0]);
    for (const [index, row] of value.entries()) {
      const problem = notNumbers(row);
      if (problem !== undefined) return { ...problem, path: [index] };
      if (lengthOf(row) === columns) continue;
      const message = `the row has ${lengthOf(row)} numbers, not ${columns}`;
      return { code: "wrong_length", message, expected: columns, path: [index] };
    }
    return undefined;
  });
}
