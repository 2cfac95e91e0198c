import { kafkaError } from "@dataqueues/core";

import { closeCodes, frameTypes, subprotocol } from "./protocol/frame-types.ts";
import { decodeFrame, encodeFrameStart } from "./protocol/frame.ts";
import type { Frame } from "./protocol/frame.ts";
import type { WebSocketConstructor, WebSocketLike } from "./web-socket.ts";

/** How a WebSocket ended. */
export interface SocketEnd {
  readonly why: string;
  /** The code of closing; undefined where this side ended it. */
  readonly code?: number | undefined;
  /** The text that came with the code. */
  readonly reason?: string | undefined;
  readonly cause?: unknown;
  /** Whether the user of the connection closed it. */
  readonly isClosed?: boolean | undefined;
}

/** Who hears what happens on a WebSocket. After `ended` nothing else happens. */
export interface FrameListener {
  opened?(): void;
  frame(frame: Frame): void;
  ended(end: SocketEnd): void;
}

/** A WebSocket of frames. What cannot be read as a frame ends it. */
export class FrameSocket {
  readonly #socket: WebSocketLike;
  /** Who hears of frames now. */
  listener: FrameListener;
  #ended = false;
  #error: unknown;

  /** @throws What the constructor throws, such as for `ws:` in a page that came by `https:`. */
  constructor(WebSocket: WebSocketConstructor, url: string, listener: FrameListener) {
    this.listener = listener;
    const socket = new WebSocket(url, subprotocol);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => {
      if (socket.protocol === subprotocol) return this.#hear(() => this.listener.opened?.());
      this.end({ why: `what answers there does not speak ${subprotocol}: it is no gateway` }, closeCodes.badFrame);
    });
    socket.addEventListener("message", ({ data }) => this.#hear(() => this.listener.frame(frameOf(data))));
    // A browser tells nothing here; `ws` and Node tell why.
    socket.addEventListener("error", (event) => (this.#error = Reflect.get(event, "error")));
    socket.addEventListener("close", ({ code, reason }) => {
      this.#end({ why: closeReason(code, reason), code, reason, cause: this.#error });
    });
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (!this.#ended) this.#socket.send(bytes);
  }

  /**
   * Sends a sign of life. While much waits to go out it is left out: a gateway that asks for signs of life and never reads would
   * fill the memory with them.
   */
  sendHeartbeat(): void {
    if (this.#socket.bufferedAmount < 65_536) this.send(encodeFrameStart(frameTypes.heartbeat, 0));
  }

  /** Ends it from this side, at once; the other side is told without waiting for it. */
  end(end: SocketEnd, code: number = normalClosure): void {
    if (this.#ended) return;
    this.#end(end);
    this.#socket.close(code);
  }

  /** Nothing is heard once it has ended. What a listener throws is about what the gateway sent. */
  #hear(call: () => void): void {
    if (this.#ended) return;
    try {
      call();
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      this.end({ why: `the gateway sent what makes no sense: ${why}`, cause }, closeCodes.badFrame);
    }
  }

  #end(end: SocketEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.listener.ended(end);
  }
}

/** RFC 6455: the purpose for which the connection was established has been fulfilled. */
const normalClosure = 1000;

function frameOf(data: unknown): Frame {
  if (data instanceof ArrayBuffer) return decodeFrame(new Uint8Array(data));
  throw kafkaError("CORRUPT_MESSAGE", "a message of the gateway", { why: "it is text, not a binary frame" });
}

const closings: Readonly<Record<number, string>> = {
  1006: "the connection was lost",
  [closeCodes.restart]: "the gateway stops",
  [closeCodes.tryAgainLater]: "the gateway has too many viewers",
  [closeCodes.badFrame]: "the gateway could not read what this client sent",
  [closeCodes.unauthorized]: "the gateway does not accept the token, or no longer",
  [closeCodes.timedOut]: "the gateway waited too long for this client",
  [closeCodes.tooMany]: "this client asked for more at a time than the gateway allows",
};

function closeReason(code: number, reason: string): string {
  const words = closings[code] ?? "the gateway closed the connection";
  return `${words} (${code}${reason === "" ? "" : ` ${JSON.stringify(reason)}`})`;
}
