import { DataQueueError, TransportError } from "../contract/errors.ts";

/** Something that does not work at present. */
interface Outage {
  error: DataQueueError;
  /** The code under which the caller was told of it. */
  told: string | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** How outages are told of. */
export interface OutagesOptions {
  /** How long something may fail before the caller is told. */
  readonly patienceMs: number;
  readonly tell: (error: DataQueueError) => void;
  /** Ends the account. */
  readonly signal: AbortSignal;
}

/**
 * Keeps account of what does not work, by a key for each leader, partition or kind of request, and tells the caller once
 * what is the matter: at once when it does not pass by itself, else when it has lasted for `patienceMs`. Of several with
 * the same code only the first is told of.
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

  /** An attempt that began at `since` (`performance.now()`) failed; `passing` says whether trying again can help. */
  failed(key: string, error: DataQueueError, passing: boolean, since: number): void {
    if (this.#options.signal.aborted) return;
    const outage = this.#outages.get(key) ?? { error, told: undefined, timer: undefined };
    this.#outages.set(key, outage);
    outage.error = error;
    if (!passing) return this.#tell(outage, error);
    if (outage.timer !== undefined || this.#options.patienceMs === Infinity) return;
    const left = Math.max(0, this.#options.patienceMs - (performance.now() - since));
    outage.timer = setTimeout(() => this.#tell(outage, this.#lasting(outage.error)), left);
  }

  /** It works, or is not wanted any more. */
  ended(key: string): void {
    clearTimeout(this.#outages.get(key)?.timer);
    this.#outages.delete(key);
  }

  #tell(outage: Outage, error: DataQueueError): void {
    const known = [...this.#outages.values()].some(({ told }) => told === error.code);
    outage.told = error.code;
    if (!known) this.#options.tell(error);
  }

  #lasting(cause: DataQueueError): TransportError {
    const { topic, partition, message } = cause;
    const code = cause instanceof TransportError ? cause.code : "UNKNOWN_SERVER_ERROR";
    const details = { code, retriable: true, topic, partition, cause };
    return new TransportError(`not read for ${this.#options.patienceMs} ms, and tried again: ${message}`, details);
  }
}
