/**
 * numpy's arrays as plain TypeScript values.
 *
 * @module
 */
export { parseDtype, printDtype, productOf } from "./dtype.ts";
export type { Descr, DType, Field, FieldDescr, ScalarDType, ScalarKind, StructuredDType } from "./dtype.ts";
export { FormatError } from "./format-error.ts";
export type { FormatErrorDetails } from "./format-error.ts";
export { NdArray } from "./ndarray.ts";
export type { Complex, Item, NestedValues } from "./ndarray.ts";
export { RecordArray } from "./record-array.ts";
export type { Row } from "./record-array.ts";
export type { TypedArray } from "./typed-arrays.ts";
