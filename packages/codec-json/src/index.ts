/**
 * JSON for data queues, in Python's dialect where it differs, with no silent loss.
 *
 * @module
 */
export { json } from "./json.ts";
export type { JsonCodec } from "./json.ts";
export type { JsonOptions } from "./json-options.ts";
export type { NonFinite } from "@dataqueues/python-json";
