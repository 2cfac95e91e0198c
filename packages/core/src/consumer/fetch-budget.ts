import type { OnEvent } from "../contract/events.ts";
import type { PartitionState } from "./partition-state.ts";
import type { FetchLimits } from "../contract/transport.ts";

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
  availableBytes(leader: number, partitions: Iterable<PartitionState>, leaders: number): number {
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
