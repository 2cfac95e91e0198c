/**
 * Strict UTF-8 and ASCII text for data queues.
 *
 * @module
 */
export { ascii } from "./ascii.ts";
export { utf8 } from "./utf8.ts";
export type { TextCodec } from "./utf8.ts";
