import { delay } from "@dataqueues/core";

/** Says when a record is due: as long after the first one as its timestamp is after the first one's, divided by the speed. */
export class ReplayClock {
  readonly #speed: number;
  #firstTimestamp: number | undefined;
  #lastTimestamp = 0;
  #startedAt = 0;

  constructor(speed: number) {
    this.#speed = speed;
  }

  /**
   * Resolves when a record with this timestamp is due. Time does not go backwards: a record that is older than one before it is
   * due with that, and so is one without a time, whose timestamp is 0 or less.
   */
  async due(timestamp: number, signal: AbortSignal): Promise<void> {
    if (timestamp <= this.#lastTimestamp) return;
    this.#lastTimestamp = timestamp;
    if (this.#firstTimestamp === undefined) {
      this.#firstTimestamp = timestamp;
      this.#startedAt = performance.now();
    }
    const dueAt = this.#startedAt + (timestamp - this.#firstTimestamp) / this.#speed;
    // A timer ends after 24 days at the latest.
    for (let left = dueAt - performance.now(); left > 0; left = dueAt - performance.now()) await delay(left, signal);
  }
}
