import { FormatError } from "@dataqueues/arrays";

/** An error of this codec. */
export function refuse(code: string, message: string, offset?: number): FormatError {
  return new FormatError(message, { codec: "npy", code, offset });
}
