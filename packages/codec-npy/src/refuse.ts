import { FormatError } from "@dataqueues/arrays";

/** An error of this codec. */
export function refuse(code: string, message: string, offset?: number, cause?: unknown): FormatError {
  return new FormatError(message, { codec: "npy", code, offset, cause });
}
