/**
 * numpy's arrays as plain TypeScript values.
 *
 * @module
 */
export { descrToDtype, dtypeToDescr, shapeSize } from "./dtype.ts";
export type { Descr, DType, Field, FieldDescr, FieldName, StructuredDType } from "./dtype.ts";
export type { ScalarDType, ScalarKind } from "./scalar-dtype.ts";
export { FormatError } from "./format-error.ts";
export type { FormatErrorDetails } from "./format-error.ts";
export { NaT } from "./nat.ts";
export { NdArray } from "./ndarray.ts";
export type { Complex, Item, NestedValues } from "./ndarray.ts";
export { RecordArray } from "./record-array.ts";
export type { Column, Row } from "./record-array.ts";
export type { Copy, TypedArray, TypedArrayFor } from "./typed-arrays.ts";
export { Dataset } from "./dataset.ts";
export type { DatasetOptions } from "./dataset.ts";
export { DataArray } from "./data-array.ts";
export type { DataArrayOptions } from "./data-array.ts";
export { Variable } from "./variable.ts";
export type { Variables } from "./variables.ts";
export type { VariableInput, Values } from "./variable-input.ts";
export type { Attributes } from "./attributes.ts";
export type { Indexer, Slice } from "./indexer.ts";
export type { Label, Labels } from "./labels.ts";
export type { DataArrayDict, DatasetDict, VariableDict } from "./dataset-dict.ts";
export { DatasetError } from "./dataset-error.ts";
export { dtypeFromName, dtypeName } from "./dtype-name.ts";
export { checkBytes, checkLimit, checkNumber, checkRecord, checkWord, invalidArgument } from "./invalid-argument.ts";
export { newBytes } from "./new-bytes.ts";
export { guessFormat } from "./guess-format.ts";
