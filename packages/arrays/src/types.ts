/** A complex number. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** One item of an array, as JavaScript has it. */
export type Item = number | bigint | boolean | string | Complex | Uint8Array;

/** Items in nested lists, as deep as the array has dimensions. */
export type NestedValues = Item | readonly NestedValues[];

/** "Not a time": numpy's value for a missing datetime64 or timedelta64. */
export const NaT: bigint = -(2n ** 63n);

/** The kind of an item, by numpy's one-letter code. */
export type ScalarKind = "b" | "i" | "u" | "f" | "c" | "S" | "U" | "V" | "M" | "m";

/** A dtype whose items are single values. */
export interface ScalarDType {
  readonly kind: ScalarKind;
  /** Bytes of one item. */
  readonly itemsize: number;
  /** Whether items are stored with the most significant byte first. */
  readonly bigEndian: boolean;
  /** The unit of datetime64 and timedelta64, such as `[ns]`; empty for other dtypes. */
  readonly unit: string;
  /** What numpy prints for it, such as `<f8`. */
  readonly str: string;
}

/** A dtype whose items are rows of fields. */
export interface StructuredDType {
  readonly kind: "struct";
  readonly itemsize: number;
  readonly fields: readonly Field[];
}

/** One field of a row: its place, dtype and shape. */
export interface Field {
  readonly name: string;
  /** numpy's second name of a field, rarely used. */
  readonly title?: string | undefined;
  /** Byte offset in the row. */
  readonly offset: number;
  readonly dtype: DType;
  /** The shape of a subarray, empty for a plain field. */
  readonly shape: readonly number[];
  /** The number of items in the subarray, 1 for a plain field. */
  readonly count: number;
}

/** A dtype: single values, or rows of fields. */
export type DType = ScalarDType | StructuredDType;

/**
 * numpy's description of a dtype: a string such as `<f8`, the list of a structured dtype's fields, or, within a field, a
 * subarray of a dtype: `["<f8", [5]]`.
 */
export type Descr = string | readonly FieldDescr[] | readonly [base: Descr, shape: readonly number[]];

/** A field as in numpy's descr: its name (or title and name), its format, and the shape of a subarray. */
export type FieldDescr =
  | readonly [name: FieldName, format: Descr]
  | readonly [name: FieldName, format: Descr, shape: readonly number[]];

/** The name of a field, or numpy's pair of a title and the name. */
export type FieldName = string | readonly [title: string, name: string];

/** Whether a value is a list. Unlike `Array.isArray`, it narrows readonly arrays. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
