import { FormatError } from "./format-error.ts";

/** An error about a dtype, a shape or a value. */
export function refuse(code: string, message: string, offset?: number, cause?: unknown): FormatError {
  return new FormatError(message, { codec: "numpy", code, offset, cause });
}
