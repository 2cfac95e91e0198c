import { backoff, Pause } from "../shared/wait.ts";

/** What a watch looks at. */
export interface Watched {
  /** Whether all is well, so that there is no hurry to look again. */
  isSettled(): boolean;
  /** Looks once. */
  look(): Promise<void>;
  /** Looking, since `since`, failed for the `attempt`th time in a row, from 0. */
  lookFailed(error: unknown, attempt: number, since: number): void;
}

/** Looks again and again: seldom while all is well, soon and then twice a second while something is amiss. */
export class MetadataRefresher {
  readonly #watched: Watched;
  readonly #maxAgeMs: number;
  readonly #signal: AbortSignal;
  readonly #pause: Pause = new Pause();
  #running = false;

  constructor(watched: Watched, maxAgeMs: number, signal: AbortSignal) {
    this.#watched = watched;
    this.#maxAgeMs = maxAgeMs;
    this.#signal = signal;
  }

  /** Starts to watch; again, when what is watched was changed. */
  start(): void {
    if (this.#running) {
      if (!this.#watched.isSettled()) this.hurry();
      return;
    }
    this.#running = true;
    void this.#run();
  }

  /** Something is amiss: does not wait any longer. */
  hurry(): void {
    this.#pause.end();
  }

  async #run(): Promise<void> {
    let rounds = 0;
    let failures = 0;
    while (!this.#signal.aborted) {
      const calm = failures === 0 && this.#watched.isSettled();
      await this.#pause.wait(calm ? this.#maxAgeMs : backoff(rounds, 50, 500), this.#signal);
      if (this.#signal.aborted) return;
      rounds = calm ? 0 : rounds + 1;
      const since = performance.now();
      try {
        await this.#watched.look();
        failures = 0;
      } catch (error) {
        this.#watched.lookFailed(error, failures, since);
        failures += 1;
      }
    }
  }
}
