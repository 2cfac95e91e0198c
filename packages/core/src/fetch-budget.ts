import type { OnEvent } from "./events.ts";
import type { PartitionReader } from "./partition-reader.ts";
import type { FetchLimits } from "./transport.ts";

/** How much is fetched, at a time and ahead. */
export interface FetchBudgetOptions {
  readonly maxBufferedBytes: number;
  readonly maxBytesPerPartition: number;
  readonly maxWaitMs: number;
  readonly minBytes: number;
}

const mostFetchBytes: number = 50 * 2 ** 20;

/** Shares the buffer among leaders, so that one whose records nobody takes does not hold up the others. */
export class FetchBudget {
  readonly #options: FetchBudgetOptions;
  readonly #onEvent: OnEvent;
  /** Leaders whose partitions have filled their share. */
  readonly #full = new Set<number>();

  constructor(options: FetchBudgetOptions, onEvent: OnEvent) {
    this.#options = options;
    this.#onEvent = onEvent;
  }

  /** How many more bytes a leader's partitions may buffer, when `leaders` share; 0 or less when they must wait. */
  roomOf(leader: number, partitions: Iterable<PartitionReader>, leaders: number): number {
    let bufferedBytes = 0;
    for (const reader of partitions) if (reader.leader === leader) bufferedBytes += reader.bufferedBytes;
    const room = Math.floor(this.#options.maxBufferedBytes / Math.max(1, leaders)) - bufferedBytes;
    if (room > 0) this.#full.delete(leader);
    else if (!this.#full.has(leader)) {
      this.#full.add(leader);
      this.#onEvent({ type: "bufferFull", bufferedBytes });
    }
    return room;
  }

  limitsFor(room: number): FetchLimits {
    const { maxWaitMs, minBytes, maxBytesPerPartition } = this.#options;
    const maxBytes = Math.min(room, mostFetchBytes);
    return { maxWaitMs, minBytes, maxBytes, maxBytesPerPartition: Math.min(maxBytes, maxBytesPerPartition) };
  }
}
