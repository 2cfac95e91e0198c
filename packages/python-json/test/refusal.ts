import type { ErrorFactory } from "../src/index.ts";

/** An error that has all that a factory of errors is told. */
export const refusal: ErrorFactory = (code, message, { offset, path, cause }) =>
  Object.assign(new Error(message, cause === undefined ? undefined : { cause }), { code, offset, path });
