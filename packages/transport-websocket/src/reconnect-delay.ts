import { delay } from "@dataqueues/core";

/** The longest pause after one failure; it doubles with each failure in a row. */
const firstMs = 1_000;

/** The longest pause that a gateway may ask for. */
const longestMs = 60_000;

/**
 * How long to wait before a WebSocket is opened: a random time from 0 up to a limit that grows with failures ("full jitter"), so
 * that a thousand pages whose gateway restarts do not come back at once.
 */
export class ReconnectDelay {
  readonly #mostMs: number;
  /** The limit of the next wait. */
  #withinMs = 0;
  #failures = 0;

  /** @param mostMs - up to where the limit grows */
  constructor(mostMs: number) {
    this.#mostMs = mostMs;
  }

  /** Waits, no longer than `mostMs`; rejects with the signal's reason when it aborts. */
  async wait(mostMs: number, signal: AbortSignal): Promise<void> {
    const ms = Math.random() * Math.min(this.#withinMs, mostMs);
    if (ms > 0) await delay(ms, signal);
  }

  /** The WebSocket was opened: others may be opened at once. */
  opened(): void {
    this.#withinMs = 0;
  }

  /** It could not be opened. */
  failed(): void {
    this.#withinMs = Math.min(this.#mostMs, firstMs * 2 ** this.#failures);
    // More would only be a larger number.
    this.#failures = Math.min(this.#failures + 1, 20);
  }

  /** The gateway refused this client: that hardly changes soon. */
  refused(): void {
    this.failed();
    this.#withinMs = this.#mostMs;
  }

  /**
   * It was lost after `lastedMs`. One that lasted shows that the gateway works.
   *
   * @param reason - what the gateway said when it closed: `reconnect within 5000 ms`
   */
  lost(lastedMs: number, reason = ""): void {
    if (lastedMs > this.#mostMs) this.#failures = 0;
    this.failed();
    const asked = /^reconnect within (\d{1,9}) ms$/.exec(reason)?.[1];
    if (asked !== undefined) this.#withinMs = Math.min(Number(asked), longestMs);
  }
}
