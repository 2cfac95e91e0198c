import { once } from "node:events";
import { decodeFrame, encodeFrameStart, frameTypes } from "@dataqueues/transport-websocket";
import type { Frame } from "@dataqueues/transport-websocket";
import { WebSocket } from "ws";
import type { ClientOptions } from "ws";

/** How a WebSocket was closed. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** A client of the protocol that sends what a test says. */
export class TestViewer implements Disposable {
  readonly socket: WebSocket;
  readonly closed: Promise<Closing>;
  /** Frames that answer nothing. */
  readonly others: Frame[] = [];
  readonly #waiting = new Map<number, (frame: Frame | undefined) => void>();
  #nextId = 1;

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(url, "dataqueues.v1", options);
    this.socket.on("error", () => undefined);
    this.socket.on("message", (bytes: Buffer) => this.#receive(decodeFrame(bytes)));
    this.closed = new Promise((resolve) => {
      this.socket.on("close", (code, reason) => {
        for (const give of this.#waiting.values()) give(undefined);
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /** Says HELLO, and is let in. */
  static async open(url: string, hello: object = {}, options: ClientOptions = {}): Promise<TestViewer> {
    const viewer = new TestViewer(url, options);
    await once(viewer.socket, "open");
    const answer = await viewer.ask(frameTypes.hello, { role: "read", ...hello });
    if (answer?.type !== 0x81) throw new Error(`HELLO was answered by ${JSON.stringify(answer?.body)}`);
    return viewer;
  }

  /** Sends a request; its answer is undefined if the WebSocket is closed before. */
  ask(type: number, body: unknown = {}, records: Uint8Array = new Uint8Array()): Promise<Frame | undefined> {
    const id = this.#nextId++;
    const answer = new Promise<Frame | undefined>((resolve) => this.#waiting.set(id, resolve));
    this.socket.send(Buffer.concat([encodeFrameStart(type, id, body), records]));
    return answer;
  }

  async body(type: number, body: unknown = {}, records?: Uint8Array): Promise<unknown> {
    return (await this.ask(type, body, records))?.body;
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }

  #receive(frame: Frame): void {
    const give = this.#waiting.get(frame.id);
    this.#waiting.delete(frame.id);
    if (give === undefined) this.others.push(frame);
    else give(frame);
  }
}

/** A fetch of one partition, which waits as a consumer's does. */
export function fetchBody(topic: string, offset: bigint, limits: object = {}): object {
  return {
    leader: 0,
    wanted: [{ topic, partition: 0, offset: `${offset}` }],
    maxWaitMs: 500,
    minBytes: 1,
    maxBytes: 52_428_800,
    maxBytesPerPartition: 1_048_576,
    ...limits,
  };
}
