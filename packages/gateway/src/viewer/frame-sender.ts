import type { WebSocket } from "ws";

import { fragments } from "./fragments.ts";

/** From so many waiting bytes on a line is busy; smaller messages say little about its speed. */
const largeBytes = 65_536;

/** How fast a line is thought to be before it has shown it: 64 kB a second. */
const slowBytesPerMs = 64;

/** What is sent is counted here, for all viewers together. */
export interface SentBytes {
  sentBytes: number;
  bufferedBytes: number;
}

/**
 * Sends frames one after another, each when the one before has left. A viewer that does not read so holds one answer, if its
 * other requests begin only when its line is free.
 */
export class FrameSender {
  readonly #socket: WebSocket;
  readonly #counters: SentBytes;
  #last: Promise<void> = Promise.resolve();
  #waitingBytes = 0;
  #sentBytes = 0;
  #bytesPerMs = slowBytesPerMs;

  constructor(socket: WebSocket, counters: SentBytes) {
    this.#socket = socket;
    this.#counters = counters;
  }

  /** Bytes that have left. If it does not grow while others wait, the viewer does not read. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  get isBusy(): boolean {
    return this.#waitingBytes >= largeBytes;
  }

  /** Resolves when all that was to be sent until now has left, or the WebSocket has ended. */
  async idle(): Promise<void> {
    await this.#last;
  }

  /** How many bytes the line takes in a time, as the last large message showed. */
  bytesWithin(ms: number): number {
    return Math.max(largeBytes, this.#bytesPerMs * ms);
  }

  /** Sends a frame: its start, and what follows that. Resolves when it has left, or can never leave. */
  send(...chunks: readonly Uint8Array[]): Promise<void> {
    const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
    this.#wait(bytes);
    this.#last = this.#last.then(async () => {
      const startedAt = performance.now();
      const left = await this.#sendMessage(fragments(chunks));
      // What could not leave waits no longer.
      this.#wait(left - bytes);
      if (left === bytes && bytes >= largeBytes) this.#bytesPerMs = bytes / Math.max(1, performance.now() - startedAt);
    });
    return this.#last;
  }

  /** Returns how many bytes have left. Each fragment waits for the one before. */
  async #sendMessage(pieces: readonly Uint8Array[]): Promise<number> {
    let left = 0;
    for (const [index, piece] of pieces.entries()) {
      const isSent = await this.#sendFragment(piece, index === pieces.length - 1);
      if (!isSent) break;
      left += piece.length;
      this.#wait(-piece.length);
      this.#sentBytes += piece.length;
      this.#counters.sentBytes += piece.length;
    }
    return left;
  }

  #sendFragment(piece: Uint8Array, fin: boolean): Promise<boolean> {
    return new Promise((resolve) => {
      this.#socket.send(piece, { binary: true, fin }, (error) => resolve(error === undefined || error === null));
    });
  }

  #wait(bytes: number): void {
    this.#waitingBytes += bytes;
    this.#counters.bufferedBytes += bytes;
  }
}
