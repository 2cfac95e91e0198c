import { TransportError } from "../contract/errors.ts";
import type { DataQueueError } from "../contract/errors.ts";

/** Something that does not work at present. */
interface Outage {
  error: DataQueueError;
  /** The code under which it was reported. */
  reported: string | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** How outages are reported. */
export interface OutagesOptions {
  /** How long something may fail before it is reported. */
  readonly reportAfterMs: number;
  readonly report: (error: DataQueueError) => void;
  /** Ends all timers. */
  readonly signal: AbortSignal;
}

/**
 * Keeps account of what does not work, by a key for each leader, partition or kind of request, and reports each outage
 * once: at once when trying again cannot help, else when it has lasted for `reportAfterMs`. Of several outages with the
 * same code only the first is reported.
 */
export class Outages {
  readonly #options: OutagesOptions;
  readonly #outages = new Map<string, Outage>();

  constructor(options: OutagesOptions) {
    this.#options = options;
    options.signal.addEventListener("abort", () => {
      for (const key of this.#outages.keys()) this.ended(key);
    });
  }

  /** An attempt that began at `since` (`performance.now()`) failed; `retriable` says whether trying again can help. */
  failed(key: string, error: DataQueueError, retriable: boolean, since: number): void {
    if (this.#options.signal.aborted) return;
    const outage = this.#outages.get(key) ?? { error, reported: undefined, timer: undefined };
    this.#outages.set(key, outage);
    outage.error = error;
    if (!retriable) return this.#reportOnce(outage, error);
    if (outage.timer !== undefined || this.#options.reportAfterMs === Infinity) return;
    const left = Math.max(0, this.#options.reportAfterMs - (performance.now() - since));
    outage.timer = setTimeout(() => this.#reportOnce(outage, this.#lasting(outage.error)), left);
  }

  /** It works, or is not wanted any more. */
  ended(key: string): void {
    clearTimeout(this.#outages.get(key)?.timer);
    this.#outages.delete(key);
  }

  #reportOnce(outage: Outage, error: DataQueueError): void {
    const isKnown = [...this.#outages.values()].some(({ reported }) => reported === error.code);
    outage.reported = error.code;
    if (!isKnown) this.#options.report(error);
  }

  #lasting(cause: DataQueueError): TransportError {
    const { topic, partition, message } = cause;
    const code = cause instanceof TransportError ? cause.code : "UNKNOWN_SERVER_ERROR";
    const details = { code, retriable: true, topic, partition, cause };
    return new TransportError(`not read for ${this.#options.reportAfterMs} ms, still trying: ${message}`, details);
  }
}
