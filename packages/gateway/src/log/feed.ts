import type { TransportError } from "@dataqueues/core";

import type { PartitionLeader } from "./metadata-cache.ts";
import { RecordRun } from "./record-run.ts";

/** The newest records of a partition, and who waits for more. */
export class Feed {
  readonly topic: string;
  readonly partition: number;
  leader: PartitionLeader;
  run: RecordRun;
  highWatermark: bigint;
  /** Why there are no new records, if that lasts. */
  error: TransportError | undefined;
  /** How many fetches in a row failed. */
  failures = 0;
  /** `performance.now()` before which it is not fetched again. */
  retryAt = 0;
  /** Whether it is not fetched any more: whoever has it looks for another one. */
  isEnded = false;
  readonly #waiting = new Set<() => void>();
  #askedAt: number = performance.now();

  constructor(topic: string, partition: number, leader: PartitionLeader, run: RecordRun, highWatermark: bigint) {
    this.topic = topic;
    this.partition = partition;
    this.leader = leader;
    this.run = run;
    this.highWatermark = highWatermark;
  }

  /** `wake` is called at each change until it is removed. Several viewers may wait. */
  addWaiting(wake: () => void): void {
    this.#waiting.add(wake);
    this.#askedAt = performance.now();
  }

  removeWaiting(wake: () => void): void {
    this.#waiting.delete(wake);
    this.#askedAt = performance.now();
  }

  /** Whether nobody has asked for it for so long. */
  isUnused(lingerMs: number): boolean {
    return this.#waiting.size === 0 && performance.now() - this.#askedAt > lingerMs;
  }

  /** Tells all who wait that there is something new. */
  wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Goes on with another leader. What the one before had may not be there any more, so it is not told again. */
  restart(leader: PartitionLeader): void {
    this.leader = leader;
    this.run = new RecordRun(this.run.end);
    this.error = leader.error;
    this.failures = 0;
    this.retryAt = 0;
    this.wake();
  }
}
