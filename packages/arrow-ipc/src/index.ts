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
export { prefixLength, readMessage } from "./ipc/message.ts";
export type { IpcMessage } from "./ipc/message.ts";
export { readMetadata } from "./ipc/metadata.ts";
export { slots } from "./ipc/slots.ts";
export type { ErrorFactory, ErrorPlace } from "./ipc/error-factory.ts";
export { arrowLayout } from "./datasets/arrow-layout.ts";
export type { ArrowLayout } from "./datasets/arrow-layout.ts";
export { formatError } from "./datasets/format-error.ts";
export { toColumns } from "./datasets/to-columns.ts";
export type { DatasetColumn, DatasetColumns } from "./datasets/to-columns.ts";
export { toDataset } from "./datasets/to-dataset.ts";
export type { Limits, ReadOptions } from "./datasets/read-values.ts";
export type { ArrowArray, ArrowField, ArrowTable } from "./datasets/arrow-table.ts";
