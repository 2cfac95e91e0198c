import { FormatError } from "@dataqueues/arrays";
import type { FormatErrorDetails } from "@dataqueues/arrays";

/** An error of this codec. */
export function formatError(
  code: string,
  message: string,
  place: Omit<FormatErrorDetails, "codec" | "code"> = {},
): FormatError {
  return new FormatError(message, { codec: "msgpack_numpy", code, ...place });
}

/** The keys and indices that lead from the outermost value to another one. */
export type Path = (string | number)[];

/** An error of this codec about the value at a path. */
export function pathError(code: string, path: Path, message: string, cause?: unknown): FormatError {
  const place = `$${path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("")}`;
  return formatError(code, `${place}: ${message}`, { path: place, cause });
}
