import type { Socket } from "node:net";
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";

/** The state of the network in one direction. */
export interface NetworkConditions {
  /** Delay of every byte, in milliseconds. */
  readonly latencyMs: number;
  readonly bytesPerSecond: number;
  /** The largest piece that passes at once. */
  readonly pieceBytes: number;
  /** Drops everything, and keeps the connection open. */
  readonly silent: boolean;
}

/** No delay, no limit, nothing dropped. */
export const idealConditions: NetworkConditions = {
  latencyMs: 0,
  bytesPerSecond: Infinity,
  pieceBytes: Infinity,
  silent: false,
};

/** How many bytes wait in the proxy before the sender is paused. */
const mostQueuedBytes = 1_000_000;

/** One direction of a connection: passes bytes from one socket to another under the network conditions. */
export class Flow {
  conditions: NetworkConditions = idealConditions;
  /** Bytes received so far, passed on or not. */
  taken = 0;
  #passed = 0;
  #trigger: { readonly at: number; readonly action: () => void } | undefined;
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #queue: { readonly bytes: Uint8Array; readonly arrived: number }[] = [];
  #pumping = false;

  /** @param onBytes - called with the bytes before they are passed on */
  constructor(source: Socket, sink: Socket, onBytes: (bytes: Uint8Array) => void) {
    this.#source = source;
    this.#sink = sink;
    source.on("data", (bytes) => {
      onBytes(bytes);
      this.taken += bytes.length;
      this.#queue.push({ bytes, arrived: performance.now() });
      if (this.taken - this.#passed > mostQueuedBytes) source.pause();
      if (!this.#pumping) void this.#pump();
    });
  }

  /** Calls `action` once all bytes before position `at` of the stream have passed. A flow has one trigger at a time. */
  triggerAt(at: number, action: () => void): void {
    this.#trigger ??= { at, action };
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const early = next.arrived + this.conditions.latencyMs - performance.now();
      if (early > 0) await wait(early);
      await this.#pass(next.bytes);
      if (this.taken - this.#passed <= mostQueuedBytes) this.#source.resume();
    }
    this.#pumping = false;
  }

  async #pass(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length;) {
      const { pieceBytes, bytesPerSecond, silent } = this.conditions;
      const trigger = this.#trigger;
      const untilTrigger = trigger === undefined ? Infinity : trigger.at - this.#passed;
      if (trigger !== undefined && untilTrigger <= 0) {
        this.#trigger = undefined;
        trigger.action();
        continue;
      }
      const piece = bytes.subarray(from, from + Math.min(pieceBytes, untilTrigger));
      from += piece.length;
      this.#passed += piece.length;
      if (silent || this.#sink.destroyed) continue;
      this.#sink.write(piece);
      if (bytesPerSecond < Infinity) await wait((1_000 * piece.length) / bytesPerSecond);
      // One turn of the event loop per piece, so that each is sent by itself.
      else if (pieceBytes < Infinity) await turn();
    }
  }
}
