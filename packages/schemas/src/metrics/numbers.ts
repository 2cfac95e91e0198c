import type { NdArray, TypedArray } from "@dataqueues/arrays";
import { z } from "zod";

import { isNdArray } from "../recognise.ts";
import { typeName } from "../type-name.ts";

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
const realDtype = /^[<|][iuf]\d$/;

/** A zod schema of a number, NaN and the infinities also as text. */
export const anyNumber = z.custom<AnyNumber>(isAnyNumber, {
  error: "this is no number",
  params: { code: "wrong_type", expected: "number" },
});

/** A zod schema of {@link Numbers}. Typed arrays are checked by dtype and dimensions, not value by value. */
export function numbers({ finite = false }: NumbersOptions = {}): z.ZodType<Numbers> {
  return z.custom<Numbers>().check((context) => {
    const problem = problemOf(context.value) ?? (finite ? nonFiniteIn(context.value) : undefined);
    if (problem === undefined) return;
    const params = { code: problem.code, expected: "numbers" };
    context.issues.push({ code: "custom", message: problem.message, params, input: context.value });
  });
}

/** How many numbers there are; -1 for what are none. */
export function lengthOf(value: unknown): number {
  if (isNdArray(value)) return value.shape[0] ?? -1;
  return Array.isArray(value) || isTypedArray(value) ? value.length : -1;
}

interface Problem {
  readonly code: string;
  readonly message: string;
}

function problemOf(value: unknown): Problem | undefined {
  if (isTypedArray(value)) return undefined;
  if (isNdArray(value)) {
    if (!realDtype.test(value.dtype))
      return { code: "wrong_dtype", message: `${value.dtype} is no dtype of real numbers` };
    if (value.shape.length === 1) return undefined;
    return { code: "wrong_shape", message: `one dimension is needed, the shape is (${value.shape.join(", ")})` };
  }
  if (!Array.isArray(value)) return { code: "wrong_type", message: `numbers are needed, this is ${typeName(value)}` };
  const index = value.findIndex((item) => !isAnyNumber(item));
  if (index === -1) return undefined;
  return { code: "wrong_type", message: `item ${index} is ${JSON.stringify(value[index]) ?? "nothing"}, no number` };
}

function nonFiniteIn(value: Numbers): Problem | undefined {
  const items = isNdArray(value) ? value.data : value;
  const index = [...items].findIndex((item) => typeof item !== "bigint" && !Number.isFinite(item));
  return index === -1 ? undefined : { code: "not_finite", message: `item ${index} is ${String(items[index])}` };
}

function isAnyNumber(value: unknown): value is AnyNumber {
  return typeof value === "number" || nonFinite.has(value);
}

function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
