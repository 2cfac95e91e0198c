import { Pause } from "../shared/pause.ts";
import { backoff, retryPolicy } from "../shared/retry-policy.ts";

/** What a refresher does, and how often. */
export interface MetadataRefresherOptions {
  /** How often to refresh while all is well. */
  readonly maxAgeMs: number;
  readonly signal: AbortSignal;
  /** Whether all is well, so that there is no hurry. */
  readonly isSettled: () => boolean;
  readonly refresh: () => Promise<void>;
  /** A refresh that began at `since` failed for the `attempt`th time in a row, from 0. */
  readonly onRefreshError: (error: unknown, attempt: number, since: number) => void;
}

/** Refreshes metadata again and again: seldom while all is well, soon and then twice a second while something is wrong. */
export class MetadataRefresher {
  readonly #options: MetadataRefresherOptions;
  readonly #pause: Pause = new Pause();
  #running = false;

  constructor(options: MetadataRefresherOptions) {
    this.#options = options;
  }

  /** Starts the loop. If it runs already and something is unsettled, refreshes now. */
  start(): void {
    if (this.#running) {
      if (!this.#options.isSettled()) this.refreshNow();
      return;
    }
    this.#running = true;
    void this.#run();
  }

  /** Something is wrong: does not wait any longer. */
  refreshNow(): void {
    this.#pause.end();
  }

  async #run(): Promise<void> {
    const { maxAgeMs, signal, isSettled, refresh, onRefreshError } = this.#options;
    let rounds = 0;
    let failures = 0;
    while (!signal.aborted) {
      const calm = failures === 0 && isSettled();
      await this.#pause.wait(calm ? maxAgeMs : backoff(rounds, retryPolicy.request), signal);
      if (signal.aborted) return;
      rounds = calm ? 0 : rounds + 1;
      const since = performance.now();
      try {
        await refresh();
        failures = 0;
      } catch (error) {
        onRefreshError(error, failures, since);
        failures += 1;
      }
    }
  }
}
