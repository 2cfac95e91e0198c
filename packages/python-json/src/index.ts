/**
 * The JSON that Python writes and reads.
 *
 * @module
 */
export { parseJson } from "./parse-json.ts";
export type { ParseOptions } from "./parse-json.ts";
export { printJson, printJsonInParts } from "./print-json.ts";
export type { NonFinite, PrintOptions } from "./print-json.ts";
export type { ErrorFactory, ErrorPlace } from "./error-factory.ts";
