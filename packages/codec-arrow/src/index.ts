/**
 * apache-arrow's Tables on Kafka, and as xarray Datasets.
 *
 * @module
 */
export { arrow } from "./arrow.ts";
export type { ArrowCodec, ArrowOptions } from "./arrow.ts";
export { fromTable } from "./from-table.ts";
export type { FromTableOptions } from "./from-table.ts";
export { toTable } from "./to-table.ts";
export type { ToTableOptions } from "./to-table.ts";
