import type { LogRecord } from "@dataqueues/core";

import type { OffsetRun } from "./offset-index.ts";

type OpenRun = { -readonly [Key in keyof OffsetRun]: OffsetRun[Key] };

/** Gathers the rows of the index, chunk by chunk: while a file is written, or gone through. */
export class OffsetRuns {
  /** The last one of each partition in the chunk; its place is not known yet. */
  readonly #open = new Map<number | string, OpenRun>();
  #chunk: OpenRun[] = [];
  #ended: OpenRun[] = [];

  /** The number of runs in chunks that are over. */
  get length(): number {
    return this.#ended.length;
  }

  /** @param partition - what tells partitions apart, where one may have more than one channel */
  add(
    channelId: number,
    { offset, timestamp }: Pick<LogRecord, "offset" | "timestamp">,
    partition: number | string = channelId,
  ): void {
    const run = this.#open.get(partition);
    if (run === undefined || run.channelId !== channelId || offset <= run.last) {
      const times = { leastTimestamp: timestamp, greatestTimestamp: timestamp };
      const next = { chunkStart: 0, channelId, records: 1, first: offset, last: offset, ...times };
      this.#open.set(partition, next);
      this.#chunk.push(next);
      return;
    }
    run.records += 1;
    run.last = offset;
    run.leastTimestamp = Math.min(run.leastTimestamp, timestamp);
    run.greatestTimestamp = Math.max(run.greatestTimestamp, timestamp);
  }

  /** The chunk is over; it begins here in the file. */
  endChunk(chunkStart: number): void {
    for (const run of this.#chunk) {
      run.chunkStart = chunkStart;
      this.#ended.push(run);
    }
    this.#chunk = [];
    this.#open.clear();
  }

  /** The runs in chunks that are over, which are forgotten. */
  take(): OffsetRun[] {
    const runs = this.#ended;
    this.#ended = [];
    return runs;
  }
}
