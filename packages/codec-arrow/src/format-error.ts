import { FormatError } from "@dataqueues/arrays";
import type { ErrorPlace } from "@dataqueues/arrow-ipc";

/** The error for bytes that are no Arrow table, or one that apache-arrow cannot read. `path` names the column. */
export function formatError(
  code: string,
  message: string,
  place: ErrorPlace & { readonly path?: string } = {},
): FormatError {
  return new FormatError(message, { codec: "arrow", code, ...place });
}
