import type { Attributes } from "./attributes.ts";
import { NdArray } from "./ndarray.ts";
import type { TypedArray } from "./typed-arrays.ts";
import { isTypedArray } from "./typed-arrays.ts";
import type { NestedValues } from "./types.ts";
import { NaT } from "./types.ts";
import type { Variables } from "./variable.ts";
import { Variable } from "./variable.ts";

/**
 * The values of a variable: an NdArray, a typed array, nested lists, or a single value. Dates become `datetime64[ms]`, an
 * invalid Date becomes NaT.
 */
export type Values = NdArray | TypedArray | NestedValues | Date | readonly Date[];

/** A variable with coordinates, such as a DataArray. A Dataset takes over the coordinates as well. */
export interface LabelledVariable {
  readonly variable: Variable;
  readonly coords: Variables;
}

/**
 * How a variable can be given, as in xarray: `[dims, values]` or `[dims, values, attrs]`, a DataArray, or only the values
 * of a single value or of a coordinate along the dimension of the same name. A flat typed array takes its shape from the
 * sizes that other variables give to its dimensions.
 */
export type VariableInput =
  | Variable
  | LabelledVariable
  | readonly [dims: string | readonly string[], values: Values, attrs?: Attributes]
  | Values;

/** A variable before merging. A typed array whose shape is not known yet is in `flat`, otherwise the array is in `data`. */
export interface VariableDraft {
  readonly dims: readonly string[];
  readonly attrs: Attributes;
  readonly data: NdArray | undefined;
  readonly flat: TypedArray | undefined;
}

/**
 * Reads an input.
 *
 * @throws what `NdArray.from` throws for values that are not an array
 */
export function draftVariable(name: string, input: VariableInput): VariableDraft {
  if (input instanceof Variable) return { dims: input.dims, attrs: input.attrs, data: input.data, flat: undefined };
  if (isLabelled(input)) return draftVariable(name, input.variable);
  if (isTuple(input)) {
    const [dims, values, attrs = {}] = input;
    return draft(typeof dims === "string" ? [dims] : [...dims], values, attrs);
  }
  return draft(isSingle(input) ? [] : [name], input, {});
}

export function isLabelled(input: VariableInput): input is LabelledVariable {
  return typeof input === "object" && input !== null && "variable" in input && "coords" in input;
}

/** Makes an array of the values; a typed array gets one dimension. */
export function toArray(values: Values): NdArray {
  if (values instanceof NdArray) return values;
  if (values instanceof Date) return new NdArray("<M8[ms]", [], BigInt64Array.of(toCount(values)));
  if (isDates(values)) return new NdArray("<M8[ms]", [values.length], BigInt64Array.from(values, toCount));
  return NdArray.from(values);
}

function toCount(date: Date): bigint {
  return Number.isNaN(date.getTime()) ? NaT : BigInt(date.getTime());
}

function draft(dims: readonly string[], values: Values, attrs: Attributes): VariableDraft {
  if (isTypedArray(values) && dims.length !== 1) return { dims, attrs, data: undefined, flat: values };
  return { dims, attrs, data: toArray(values), flat: undefined };
}

/** Whether dimensions come first: not in `["XX", "YY"]`, but in `["pol", ["XX", "YY"]]`, `[["pol"], …]` and `[[], 5]`. */
function isTuple(
  input: Exclude<VariableInput, LabelledVariable>,
): input is readonly [string | readonly string[], Values, Attributes?] {
  if (!Array.isArray(input) || input.length < 2 || input.length > 3) return false;
  const [dims, values]: unknown[] = input;
  if (typeof dims === "string") return typeof values === "object" && values !== null;
  return Array.isArray(dims) && dims.every((dim) => typeof dim === "string");
}

function isSingle(values: Values): boolean {
  if (values instanceof NdArray) return values.shape.length === 0;
  return typeof values !== "object" || values instanceof Date;
}

function isDates(values: Values): values is readonly Date[] {
  return Array.isArray(values) && values.length > 0 && values.every((value) => value instanceof Date);
}
