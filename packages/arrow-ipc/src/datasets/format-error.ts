import { FormatError } from "@dataqueues/arrays";
import type { ErrorPlace } from "../ipc/error-factory.ts";

/** The error for a table that is not a Dataset. */
export function formatError(code: string, message: string, place: ErrorPlace = {}): FormatError {
  return new FormatError(message, { codec: "xarray", code, ...place });
}
