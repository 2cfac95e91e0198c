/**
 * The format my-format for data queues.
 *
 * @module
 */
export { myFormat } from "./my-format.ts";
export type { NumberCodec } from "./my-format.ts";
