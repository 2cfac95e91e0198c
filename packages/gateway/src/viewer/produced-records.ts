import type { GatewayMetrics } from "../gateway-metrics.ts";
import { ViewerOffence } from "./viewer-offence.ts";

/** So many bytes a frame should have at least, on the average: many that are almost empty take memory as well. */
const usualBytes = 1_024;

/** Frames that need not be so large. */
const someFrames = 16;

/** Records of one viewer that go ahead of their produce request, in frames of their own. */
export class ProducedRecords {
  readonly #mostBytes: number;
  readonly #mostBytesOfAll: number;
  readonly #metrics: GatewayMetrics;
  #id: number | undefined;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  /**
   * @param mostBytes - of one request
   * @param mostBytesOfAll - of all viewers that `metrics` counts
   */
  constructor(mostBytes: number, mostBytesOfAll: number, metrics: GatewayMetrics) {
    this.#mostBytes = mostBytes;
    this.#mostBytesOfAll = mostBytesOfAll;
    this.#metrics = metrics;
  }

  /** @throws A {@link ViewerOffence} if these are of another request than those before, or too many. */
  add(id: number, records: Uint8Array): void {
    if (this.#id !== undefined && this.#id !== id) {
      throw new ViewerOffence("badFrame", "records of two requests at a time");
    }
    const bytes = this.#bytes + records.length;
    if (bytes > this.#mostBytes || this.#chunks.length >= this.#mostBytes / usualBytes + someFrames) {
      throw new ViewerOffence("tooMany", `more than ${this.#mostBytes} bytes of records, or in too many frames`);
    }
    if (this.#metrics.receivedBytes + records.length > this.#mostBytesOfAll) {
      throw new ViewerOffence("tooMany", "all viewers together send more than the gateway takes");
    }
    this.#id = id;
    this.#bytes = bytes;
    this.#metrics.receivedBytes += records.length;
    this.#chunks.push(records);
  }

  /** All records of a request, with the last ones, and forgets them. */
  take(id: number, last: Uint8Array): Uint8Array {
    if (last.length > 0 || this.#id !== undefined) this.add(id, last);
    const [only = last, ...others] = this.#chunks;
    const records = others.length === 0 ? only : Buffer.concat([only, ...others]);
    this.forget();
    return records;
  }

  /** Forgets what no request came for. */
  forget(): void {
    this.#metrics.receivedBytes -= this.#bytes;
    this.#id = undefined;
    this.#chunks = [];
    this.#bytes = 0;
  }
}
