/**
 * JSON for data queues, in Python's dialect where it differs, with no silent loss.
 *
 * @module
 */
export { json } from "./json.ts";
export type { JsonCodec } from "./json.ts";
export { JsonError } from "./json-error.ts";
export type { JsonOptions, NonFinite } from "./json-options.ts";
