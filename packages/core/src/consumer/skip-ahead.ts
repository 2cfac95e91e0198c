import type { FetchedPartition } from "../contract/transport.ts";

type Fetched = Extract<FetchedPartition, { readonly error?: undefined }>;

/**
 * Goes straight to the newest record of a partition that is behind its end. The last offset need not have a record: it may be
 * the marker of a transaction, or compacted. Then it goes back, twice as far each time, to where it came from at most.
 */
export class SkipAhead {
  /** Where it began to pass records over, and how far back it looks. */
  #passed: { readonly from: bigint; width: bigint } | undefined;

  /** Forgets what was passed over: the partition goes on elsewhere. */
  reset(): void {
    this.#passed = undefined;
  }

  /** Where it began to pass records over before a fetch that was asked for at `asked`; `asked` itself if it did not. */
  passedFrom(asked: bigint): bigint {
    return this.#passed?.from ?? asked;
  }

  /** Where to fetch next after a fetch that was asked for at `asked`; `end` is the end of what is wanted. */
  nextOffset(asked: bigint, { records, nextOffset }: Fetched, end: bigint): bigint {
    const passed = this.#passed;
    const isEmpty = records.length === 0;
    if (passed !== undefined && isEmpty && asked > passed.from) {
      passed.width *= 2n;
      return asked - passed.width > passed.from ? asked - passed.width : passed.from;
    }
    // Before a transaction that is open there is nothing to pass over, although the end is further on.
    const isBehind = nextOffset < end - 1n && !(isEmpty && nextOffset === asked);
    this.#passed = isBehind ? { from: nextOffset, width: 1n } : undefined;
    return isBehind ? end - 1n : nextOffset;
  }
}
