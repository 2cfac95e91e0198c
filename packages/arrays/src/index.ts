/**
 * numpy's arrays and xarray's Datasets as plain TypeScript values.
 *
 * @module
 */
export { NdArray } from "./ndarray.ts";
export { RecordArray } from "./record-array.ts";
export { Dataset } from "./dataset.ts";
export { DataArray } from "./data-array.ts";
export { Variable } from "./variable.ts";
export { NaT } from "./types.ts";
export { descrToDtype, dtypeFromName, dtypeName, dtypeToDescr, shapeSize } from "./dtype.ts";
export { DatasetError, FormatError } from "./errors.ts";
// For codecs.
export { checkBytes, checkLimit, checkNumber, checkRecord, checkWord, invalidArgument } from "./invalid-argument.ts";
export { dataArrayName } from "./dataset-dict.ts";
export { textRepr } from "./format-items.ts";
export { guessFormat, npyMagic } from "./guess-format.ts";
export { isTypedArray, newBytes } from "./typed-arrays.ts";

export type { Attributes } from "./attributes.ts";
export type { Column, Row } from "./record-array.ts";
export type {
  Complex,
  Descr,
  DType,
  Field,
  FieldDescr,
  FieldName,
  Item,
  NestedValues,
  ScalarDType,
  ScalarKind,
  StructuredDType,
} from "./types.ts";
export type { Copy, TypedArray, TypedArrayFor } from "./typed-arrays.ts";
export type { DataArrayDict, DatasetDict, VariableDict } from "./dataset-dict.ts";
export type { DataArrayOptions } from "./data-array.ts";
export type { DatasetOptions } from "./dataset.ts";
export type { FormatErrorDetails } from "./errors.ts";
export type { Indexer, Slice } from "./indexing.ts";
export type { Label, Labels } from "./labels.ts";
export type { VariableInput, Values } from "./variable-input.ts";
export type { Variables } from "./variable.ts";
