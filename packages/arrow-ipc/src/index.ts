/**
 * What the codecs of Arrow have in common.
 *
 * @module
 */
export {
  compressions,
  floatNames,
  littleEndian,
  messageHeaders,
  metadataVersions,
  timeUnits,
  typeNames,
} from "./ipc/enums.ts";
export { FlatTable } from "./ipc/flat-table.ts";
export { prefixLength, readMessage, readVersion } from "./ipc/message.ts";
export type { IpcMessage } from "./ipc/message.ts";
export { readMetadata } from "./ipc/metadata.ts";
export { slots } from "./ipc/slots.ts";
export type { ErrorFactory, ErrorPlace } from "./ipc/error-factory.ts";
export { arrowLayout } from "./datasets/arrow-layout.ts";
export type { ArrowLayout } from "./datasets/arrow-layout.ts";
export { asDataset } from "./datasets/as-dataset.ts";
export { formatError } from "./datasets/format-error.ts";
export { readOptions } from "./datasets/read-options.ts";
export type { ReadOptionsInput } from "./datasets/read-options.ts";
export { readRows } from "./datasets/read-rows.ts";
export { toColumns } from "./datasets/to-columns.ts";
export type { DatasetColumn, DatasetColumns } from "./datasets/to-columns.ts";
export { typeError } from "./datasets/type-error.ts";
export { widthOf } from "./datasets/type-width.ts";
export { toDataset } from "./datasets/to-dataset.ts";
export type { Limits, ReadOptions } from "./datasets/read-values.ts";
export type { ArrowArray, ArrowField, ArrowTable } from "./datasets/arrow-table.ts";
export { isTable } from "./tables/arrow-table-like.ts";
export type { ArrowDataLike, ArrowFieldLike, ArrowTableLike } from "./tables/arrow-table-like.ts";
export { isDatasetTable, tableColumns } from "./tables/table-columns.ts";
