import { checkLimit } from "@dataqueues/arrays";

/** What a header may take, when an array is read and when it is written. */
export interface HeaderLimit {
  /**
   * The longest header that is read or written, 10,000 bytes unless told otherwise, as in numpy: `numpy.load` refuses a
   * longer one without `max_header_size`.
   */
  readonly maxHeaderBytes?: number | undefined;
}

export const defaultMaxHeaderBytes = 10_000;

/** @throws TypeError when the limit is none */
export function checkHeaderLimit({ maxHeaderBytes }: HeaderLimit): void {
  checkLimit("maxHeaderBytes", maxHeaderBytes);
}
