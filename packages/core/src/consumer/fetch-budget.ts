import type { OnEvent } from "../contract/events.ts";
import type { FetchLimits } from "../contract/transport.ts";
import type { RecordBuffer } from "./fetch-buffer.ts";

/** How much is fetched, at a time and ahead. */
export interface FetchBudgetOptions {
  readonly maxBufferedBytes: number;
  readonly maxBytesPerPartition: number;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  /** Only the newest record of each partition, or of each key, is wanted. */
  readonly latest?: "partition" | "key" | undefined;
}

const maxFetchBytes: number = 50 * 2 ** 20;

/** Shares the buffer among leaders, so that one whose records nobody takes does not hold up the others. */
export class FetchBudget {
  readonly #options: FetchBudgetOptions;
  readonly #buffer: RecordBuffer;
  readonly #onEvent: OnEvent;
  /** Leaders whose partitions have filled their share. */
  readonly #full = new Set<number>();

  constructor(options: FetchBudgetOptions, buffer: RecordBuffer, onEvent: OnEvent) {
    this.#options = options;
    this.#buffer = buffer;
    this.#onEvent = onEvent;
  }

  /** How many more bytes a leader's partitions may buffer, when `leaders` share; 0 or less when they must wait. */
  availableBytes(leader: number, leaders: number): number {
    const bufferedBytes = this.#buffer.bytesOf(leader);
    const available = Math.floor(this.#options.maxBufferedBytes / Math.max(1, leaders)) - bufferedBytes;
    if (available > 0) this.#full.delete(leader);
    else if (!this.#full.has(leader)) {
      this.#full.add(leader);
      this.#onEvent({ type: "bufferFull", bufferedBytes });
    }
    return available;
  }

  limitsFor(availableBytes: number): FetchLimits {
    const { maxWaitMs, minBytes, maxBytesPerPartition, latest } = this.#options;
    const maxBytes = Math.min(availableBytes, maxFetchBytes);
    return { maxWaitMs, minBytes, maxBytes, maxBytesPerPartition: Math.min(maxBytes, maxBytesPerPartition), latest };
  }
}
