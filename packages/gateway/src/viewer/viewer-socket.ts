import { closeCodes, decodeFrame, encodeFrameStart, frameTypes } from "@dataqueues/transport-websocket";
import type { Frame } from "@dataqueues/transport-websocket";
import type { RawData, WebSocket } from "ws";

import type { EndReason } from "../gateway-events.ts";
import type { CheckedLimits } from "../gateway-limits.ts";
import { FrameSender } from "./frame-sender.ts";
import type { SentBytes } from "./frame-sender.ts";
import { RateLimit } from "./rate-limit.ts";
import { ViewerOffence } from "./viewer-offence.ts";

/** The most bytes of a frame that a client sends. */
export const maxFrameBytes = 65_536;

/** RFC 6455: a kind of data that is not taken. */
const unsupportedData = 1003;

/** RFC 6455: the connection ended without a close frame. */
const lostCode = 1006;

/** Who is told what comes, and how it ended. */
export interface ViewerSocketListener {
  /** May throw a {@link ViewerOffence}. */
  readonly frame: (frame: Frame) => void;
  readonly ended: (reason: EndReason, code: number, cause: unknown) => void;
}

interface End {
  readonly reason: EndReason;
  readonly code?: number;
  readonly cause?: unknown;
}

/** The WebSocket of a viewer: frames in both directions, its rates, and its signs of life. */
export class ViewerSocket {
  readonly sender: FrameSender;
  readonly requests: RateLimit;
  /** Bytes in both directions. */
  readonly bytes: RateLimit;
  readonly #socket: WebSocket;
  readonly #heartbeatMs: number;
  readonly #listener: ViewerSocketListener;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #resume: ReturnType<typeof setTimeout> | undefined;
  #heard = false;
  #sentBefore = 0;
  #missedBeats = 0;
  #end: End | undefined;

  constructor(socket: WebSocket, limits: CheckedLimits, counters: SentBytes, listener: ViewerSocketListener) {
    this.#socket = socket;
    this.#listener = listener;
    this.#heartbeatMs = limits.heartbeatMs;
    this.requests = new RateLimit(limits.requestsPerSecond);
    this.bytes = new RateLimit(limits.bytesPerSecond);
    this.sender = new FrameSender(socket, counters);
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("ping", () => this.#count(1));
    socket.on("pong", () => this.#count(1));
    // ws closes the WebSocket itself when it cannot read what comes.
    socket.on("error", (cause) => (this.#end ??= { reason: "badFrame", cause }));
    socket.on("close", (code) => this.#closed(code));
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /** Asks for signs of life from now on. */
  startHeartbeat(): void {
    this.#heartbeat = setInterval(() => this.#beat(), this.#heartbeatMs);
  }

  /** Closes the WebSocket. Whoever does not answer to that is cut off soon after, by the `closeTimeout` of ws. */
  end(reason: EndReason, code: number, message: string, cause?: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { reason, code, cause };
    this.#stopTimers();
    this.#socket.close(code, message);
  }

  /** Cuts the connection off. */
  terminate(): void {
    this.#socket.terminate();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#end !== undefined) return;
    this.#heard = true;
    if (!isBinary || !Buffer.isBuffer(data)) return this.end("badFrame", unsupportedData, "frames are binary");
    try {
      const frame = readFrame(data);
      // Frames with many records cost bytes, all others a request.
      this.#count(frame.type === frameTypes.produceMore ? Math.max(0, 1 - (2 * data.length) / maxFrameBytes) : 1);
      if (frame.records.length > 0) this.#countBytes(data.length);
      this.#listener.frame(frame);
    } catch (error) {
      const offence = asOffence(error);
      this.end(offence.reason, offence.code, offence.message, offence);
    }
  }

  #count(requests: number): void {
    this.requests.take(requests);
    this.#pauseWhileOwed(this.requests);
  }

  #countBytes(bytes: number): void {
    this.bytes.take(bytes);
    this.#pauseWhileOwed(this.bytes);
  }

  /** Reads no more until nothing is owed. What has been received already is still taken, and owed as well. */
  #pauseWhileOwed(rate: RateLimit): void {
    if (rate.waitMs === 0 || this.#resume !== undefined || this.#end !== undefined) return;
    this.#socket.pause();
    this.#resume = setTimeout(() => {
      this.#resume = undefined;
      if (rate.waitMs > 0) return this.#pauseWhileOwed(rate);
      this.#socket.resume();
    }, rate.waitMs);
  }

  #beat(): void {
    const { waitingBytes, sentBytes } = this.sender;
    // A slow line is alive while bytes leave; a viewer that does not read is not, whatever it sends.
    const isAlive = waitingBytes > 0 ? sentBytes > this.#sentBefore : this.#heard || this.#resume !== undefined;
    this.#missedBeats = isAlive ? 0 : this.#missedBeats + 1;
    this.#heard = false;
    this.#sentBefore = sentBytes;
    if (this.#missedBeats >= 2) return this.end("timedOut", closeCodes.timedOut, "no sign of life");
    if (waitingBytes === 0) void this.sender.send(encodeFrameStart(frameTypes.heartbeat, 0));
  }

  #closed(code: number): void {
    this.#stopTimers();
    const { reason, code: ours = code, cause }: End = this.#end ?? { reason: code === lostCode ? "lost" : "viewer" };
    this.#end ??= { reason };
    this.#listener.ended(reason, ours, cause);
  }

  #stopTimers(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#resume);
  }
}

function readFrame(data: Buffer): Frame {
  try {
    return decodeFrame(data);
  } catch (cause) {
    throw new ViewerOffence("badFrame", "a frame that cannot be read", cause);
  }
}

function asOffence(error: unknown): ViewerOffence {
  return error instanceof ViewerOffence
    ? error
    : new ViewerOffence("badFrame", "a frame that cannot be carried out", error);
}
