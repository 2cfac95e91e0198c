import { once } from "node:events";
import { WebSocket } from "ws";
import type { ClientOptions } from "ws";

import { frame, readFrame, readRecords, types } from "./frames.ts";
import type { Frame, ReadRecord } from "./frames.ts";

/** How a viewer presents itself. */
export interface RawViewerOptions extends ClientOptions {
  readonly role?: string | undefined;
  readonly token?: unknown;
}

/** Why a WebSocket was closed, as the other side said it; 1006 when it said nothing. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** Where a fetch reads. */
export interface Wanted {
  readonly topic: string;
  readonly partition?: number;
  readonly offset: string;
}

/** A client of the gateway's protocol on a bare WebSocket: it sends what a test says, right or wrong. */
export class RawViewer implements Disposable {
  readonly socket: WebSocket;
  /** All frames of the gateway that nobody waited for, but for heartbeats. */
  readonly frames: Frame[] = [];
  readonly closed: Promise<Closing>;
  /** Whether heartbeats get no answer, as from a client that hangs. */
  ignoresHeartbeats = false;
  readonly #waiting = new Map<number, (answer: Frame | undefined) => void>();
  #isClosed = false;
  #nextId = 1;

  constructor(url: string, { role: _role, token: _token, ...options }: RawViewerOptions = {}) {
    this.socket = new WebSocket(url, "dataqueues.v1", options);
    this.socket.on("error", () => {});
    this.socket.on("message", (bytes: Buffer) => this.#take(readFrame(bytes)));
    this.closed = new Promise((resolve) => {
      this.socket.on("close", (code, reason) => {
        this.#isClosed = true;
        for (const give of this.#waiting.values()) give(undefined);
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /** Opens a WebSocket and says HELLO. */
  static async open(url: string, options: RawViewerOptions = {}): Promise<RawViewer> {
    const viewer = new RawViewer(url, options);
    await once(viewer.socket, "open");
    const answer = await viewer.ask(types.hello, { role: options.role ?? "read", token: options.token });
    if (answer?.type !== 0x81) throw new Error(`HELLO was refused: ${JSON.stringify(answer?.body)}`);
    return viewer;
  }

  get isOpen(): boolean {
    return !this.#isClosed;
  }

  /** Sends bytes, or text, as one message. */
  send(bytes: Uint8Array | string): void {
    this.socket.send(bytes);
  }

  /** Sends a request and waits for its answer: undefined when the WebSocket is closed before. */
  ask(type: number, body: unknown = {}, records: Uint8Array = new Uint8Array()): Promise<Frame | undefined> {
    const id = this.#nextId++;
    const answer = this.answer(id);
    this.send(frame(type, id, body, records));
    return answer;
  }

  /** The answer to a request that was sent with this id. */
  answer(id: number): Promise<Frame | undefined> {
    this.#nextId = Math.max(this.#nextId, id + 1);
    if (this.#isClosed) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  /** A fetch as a consumer asks it. */
  fetch(wanted: readonly Wanted[], limits: Readonly<Record<string, unknown>> = {}): Promise<Frame | undefined> {
    return this.ask(types.fetch, fetchBody(wanted, limits));
  }

  /** Reads a partition from an offset on until it has so many records. */
  async read(topic: string, from: bigint, count: number): Promise<ReadRecord[]> {
    const records: ReadRecord[] = [];
    for (let offset = from; records.length < count;) {
      const answer = await this.fetch([{ topic, offset: `${offset}` }], { maxWaitMs: 10_000 });
      if (answer?.type !== 0x84) throw new Error(`a fetch of ${topic} failed: ${JSON.stringify(answer?.body)}`);
      records.push(...readRecords(answer.records));
      offset = (records.at(-1)?.offset ?? offset - 1n) + 1n;
    }
    return records;
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }

  #take(received: Frame): void {
    if (received.type === types.heartbeat) {
      if (!this.ignoresHeartbeats) this.send(frame(types.heartbeat, received.id, received.body));
      return;
    }
    const give = this.#waiting.get(received.id);
    this.#waiting.delete(received.id);
    if (give === undefined) this.frames.push(received);
    else give(received);
  }
}

/** The body of a fetch, with the limits of a consumer's defaults. */
export function fetchBody(wanted: readonly Wanted[], limits: Readonly<Record<string, unknown>> = {}): object {
  return {
    leader: 0,
    wanted: wanted.map((one) => ({ partition: 0, ...one })),
    maxWaitMs: 500,
    minBytes: 1,
    maxBytes: 52_428_800,
    maxBytesPerPartition: 1_048_576,
    ...limits,
  };
}
