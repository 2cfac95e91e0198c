import type { NdArray, TypedArray } from "@dataqueues/arrays";
import type * as z from "zod";

import { inWords } from "../in-words.ts";
import { isNdArray } from "../recognise.ts";
import { typeName } from "../type-name.ts";
import { checkedBy } from "./checked-by.ts";
import type { Problem } from "./checked-by.ts";

/** How numbers that JSON cannot carry reach a browser. */
export type NonFinite = "nan" | "NaN" | "inf" | "-inf" | "Infinity" | "-Infinity";

/** A number, NaN and the infinities also as text. */
export type AnyNumber = number | NonFinite;

/** Real numbers in one dimension: a list, a typed array, or an NdArray of integers or floats. */
export type Numbers = readonly AnyNumber[] | TypedArray | NdArray;

/** How numbers are checked. */
export interface NumbersOptions {
  /** Looks at every value, also of typed arrays, and refuses NaN and the infinities. */
  readonly finite?: boolean | undefined;
}

const nonFinite: ReadonlySet<unknown> = new Set(["nan", "NaN", "inf", "-inf", "Infinity", "-Infinity"]);
/** As NdArray has them: little-endian. */
const realDtypes: ReadonlySet<string> = new Set("|i1 |u1 <i2 <u2 <i4 <u4 <i8 <u8 <f2 <f4 <f8".split(" "));

/** A zod schema of a number, NaN and the infinities also as text. */
export const anyNumber: z.ZodType<AnyNumber> = checkedBy((value) =>
  isAnyNumber(value) ? undefined : { code: "wrong_type", message: "this is no number", expected: "number" },
);

/** A zod schema of {@link Numbers}. Typed arrays are checked by dtype and dimensions, not value by value. */
export function numbers({ finite = false }: NumbersOptions = {}): z.ZodType<Numbers> {
  return checkedBy((value) => notNumbers(value) ?? (finite ? nonFiniteIn(value as Numbers) : undefined));
}

/** How many numbers there are; -1 for what are none. */
export function lengthOf(value: unknown): number {
  if (Array.isArray(value) || isTypedArray(value)) return value.length;
  return isNdArray(value) ? (value.shape[0] ?? -1) : -1;
}

/** Why a value is no {@link Numbers}. */
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
  return { code: "wrong_type", message: `item ${index} is ${inWords(value[index])}, no number`, expected };
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

function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
