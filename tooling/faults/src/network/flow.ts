import type { Socket } from "node:net";
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";

/** What the network is like, one way. */
export interface Weather {
  /** Milliseconds that everything takes. */
  readonly latencyMs: number;
  readonly bytesPerSecond: number;
  /** The most that goes through at once. */
  readonly pieceBytes: number;
  /** Nothing comes through, and nobody is told. */
  readonly silent: boolean;
}

export const fairWeather: Weather = { latencyMs: 0, bytesPerSecond: Infinity, pieceBytes: Infinity, silent: false };

/** More than this is not taken from the sender before some of it has gone on. */
const mostQueuedBytes = 1_000_000;

/** One direction of a connection: takes bytes from one socket and gives them to another as the weather is. */
export class Flow {
  weather: Weather = fairWeather;
  /** Bytes that came so far, whether they went on or not. */
  taken = 0;
  #passed = 0;
  #strike: { readonly at: number; readonly happen: () => void } | undefined;
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #queue: { readonly bytes: Uint8Array; readonly arrived: number }[] = [];
  #pumping = false;

  /** @param onBytes - sees what comes, before it goes on */
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

  /**
   * Makes something happen once the bytes before `at`, a place in the stream, are through; one thing at a time for each
   * flow.
   */
  strikeAt(at: number, happen: () => void): void {
    this.#strike ??= { at, happen };
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const early = next.arrived + this.weather.latencyMs - performance.now();
      if (early > 0) await wait(early);
      await this.#pass(next.bytes);
      if (this.taken - this.#passed <= mostQueuedBytes) this.#source.resume();
    }
    this.#pumping = false;
  }

  async #pass(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length;) {
      const { pieceBytes, bytesPerSecond, silent } = this.weather;
      const strike = this.#strike;
      const calm = strike === undefined ? Infinity : strike.at - this.#passed;
      if (strike !== undefined && calm <= 0) {
        this.#strike = undefined;
        strike.happen();
        continue;
      }
      const piece = bytes.subarray(from, from + Math.min(pieceBytes, calm));
      from += piece.length;
      this.#passed += piece.length;
      if (silent || this.#sink.destroyed) continue;
      this.#sink.write(piece);
      if (bytesPerSecond < Infinity) await wait((1_000 * piece.length) / bytesPerSecond);
      // A turn of the event loop, so that the pieces go one by one.
      else if (pieceBytes < Infinity) await turn();
    }
  }
}
