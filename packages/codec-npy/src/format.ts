import { checkLimit, FormatError } from "@dataqueues/arrays";
import type { FormatErrorDetails } from "@dataqueues/arrays";

/** Where the length of the header is: after the magic, the major and the minor version. */
export const lengthOffset = 8;

/** Where the header is: its length takes 2 bytes in version 1 and 4 in versions 2 and 3. */
export function headerStart(version: number): number {
  return version === 1 ? 10 : 12;
}

/** The limit for headers, when an array is read and when it is written. */
export interface HeaderLimit {
  /**
   * The longest header that is read or written, 10,000 bytes by default as in numpy: `numpy.load` refuses a longer one
   * without `max_header_size`.
   */
  readonly maxHeaderBytes?: number | undefined;
}

export const defaultMaxHeaderBytes = 10_000;

/** @throws TypeError unless the limit is valid */
export function checkHeaderLimit({ maxHeaderBytes }: HeaderLimit): void {
  checkLimit("maxHeaderBytes", maxHeaderBytes);
}

/** An error of this codec. */
export function formatError(
  code: string,
  message: string,
  place: Omit<FormatErrorDetails, "codec" | "code"> = {},
): FormatError {
  return new FormatError(message, { codec: "npy", code, ...place });
}
