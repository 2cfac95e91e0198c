import { kafkaError, UnsupportedError } from "@dataqueues/core";
import type { DataQueueError } from "@dataqueues/core";

import { badAnswer, errorCode, fields } from "./answer-fields.ts";
import type { FrameSocket, SocketEnd } from "./frame-socket.ts";
import type { HelloAnswer } from "./protocol/bodies.ts";
import { answerTo, closeCodes, frameTypes } from "./protocol/frame-types.ts";
import { encodeFrameStart } from "./protocol/frame.ts";
import type { Frame } from "./protocol/frame.ts";
import { byteLength, requestFrames } from "./request-frames.ts";
import type { RequestBody } from "./request-frames.ts";

/** A request and how its answer is read. */
export interface GatewayRequest<T> extends RequestBody {
  /** What errors call it. */
  readonly name: string;
  /** Throws for an answer that makes no sense, which ends the connection. */
  readonly read: (answer: Frame) => T;
}

/** A request under way. */
export interface Asked<T> {
  readonly answer: Promise<T>;
  /** Ends its wait: it is answered at once, with what there is. */
  readonly cancel: () => void;
}

interface Pending {
  readonly id: number;
  readonly type: number;
  /** Undefined once they were sent. */
  frames: readonly Uint8Array<ArrayBuffer>[] | undefined;
  cancelled: boolean;
  readonly answered: (answer: Frame) => void;
  readonly failed: (reason: DataQueueError) => void;
  readonly name: string;
}

/** Requests and answers on a WebSocket after HELLO, and the signs of life beside them. */
export class GatewaySession {
  readonly #socket: FrameSocket;
  /** URL and role, for errors. */
  readonly #where: string;
  readonly limits: HelloAnswer;
  readonly #pending: Map<number, Pending> = new Map();
  #sent = 0;
  #lastId = 0;
  #heardAt: number = performance.now();
  #watch: ReturnType<typeof setTimeout> | undefined;
  #end: SocketEnd | undefined;

  /** @param onEnd - called once, with how the WebSocket ended */
  constructor(socket: FrameSocket, where: string, limits: HelloAnswer, onEnd: (end: SocketEnd) => void) {
    this.#socket = socket;
    this.#where = where;
    this.limits = limits;
    socket.listener = {
      frame: (frame) => this.#receive(frame),
      ended: (end) => {
        this.#ended(end);
        onEnd(end);
      },
    };
    this.#watchFor(2 * limits.heartbeatMs);
  }

  /** Sends a request, or keeps it until the gateway takes another one. */
  ask<T>(request: GatewayRequest<T>): Asked<T> {
    const { name, type, read } = request;
    const id = this.#nextId();
    const answer = new Promise<T>((resolve, reject) => {
      this.checkOpen(name);
      this.#pending.set(id, {
        id,
        type,
        frames: requestFrames(request, id, this.limits.maxFrameBytes, `${this.#where}: ${name}`),
        cancelled: false,
        answered: (frame) => resolve(read(frame)),
        failed: reject,
        name,
      });
    });
    this.#sendNext();
    return { answer, cancel: () => this.#cancel(id) };
  }

  /** Splits what is asked for, so that the list has no more entries, and the frame no more bytes, than the gateway takes. */
  split<T>(items: readonly T[], bodyOf: (part: readonly T[]) => RequestBody): (readonly T[])[] {
    if (items.length <= 1 || this.#fits(items, bodyOf)) return [items];
    const half = Math.ceil(items.length / 2);
    return [...this.split(items.slice(0, half), bodyOf), ...this.split(items.slice(half), bodyOf)];
  }

  /** Throws a `TransportError` `NETWORK_EXCEPTION` once the connection has ended. */
  checkOpen(name: string): void {
    if (this.#end !== undefined) throw this.#lost(name, this.#end);
  }

  close(): void {
    this.#socket.end({ why: "the connection was closed", isClosed: true });
  }

  #fits<T>(items: readonly T[], bodyOf: (part: readonly T[]) => RequestBody): boolean {
    if (items.length > this.limits.maxItems) return false;
    const { type, body, records = [] } = bodyOf(items);
    return (
      byteLength(records) <= this.limits.maxProduceBytes &&
      encodeFrameStart(type, 0, body).length <= this.limits.maxFrameBytes
    );
  }

  #nextId(): number {
    do {
      this.#lastId = (this.#lastId % 0xffff_ffff) + 1;
    } while (this.#pending.has(this.#lastId));
    return this.#lastId;
  }

  #sendNext(): void {
    for (const pending of this.#pending.values()) {
      if (this.#sent >= this.limits.outstandingRequests) return;
      if (pending.frames === undefined) continue;
      for (const frame of pending.frames) this.#socket.send(frame);
      pending.frames = undefined;
      this.#sent += 1;
      if (pending.cancelled) this.#socket.send(encodeFrameStart(frameTypes.cancel, pending.id));
    }
  }

  #cancel(id: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined || pending.cancelled) return;
    pending.cancelled = true;
    if (pending.frames === undefined) this.#socket.send(encodeFrameStart(frameTypes.cancel, id));
  }

  #receive(frame: Frame): void {
    this.#heardAt = performance.now();
    if (frame.type === frameTypes.heartbeat) return this.#socket.sendHeartbeat();
    const pending = this.#pending.get(frame.id);
    if (pending === undefined || pending.frames !== undefined) throw badAnswer(`nothing was asked by ${frame.id}`);
    if (frame.type === frameTypes.error) {
      pending.failed(this.#refused(pending.name, frame));
    } else if (frame.type === answerTo(pending.type)) {
      pending.answered(frame);
    } else {
      throw badAnswer(`type ${frame.type} answers ${pending.name}`);
    }
    this.#pending.delete(frame.id);
    this.#sent -= 1;
    this.#sendNext();
  }

  #refused(name: string, { body }: Frame): DataQueueError {
    const code = fields(body, "an error")["error"];
    const what = `${this.#where}: ${name}`;
    if (code === "UNSUPPORTED") return new UnsupportedError(`${what}: the gateway does not do this`);
    return kafkaError(errorCode(code), what);
  }

  #lost(name: string, { why, cause }: SocketEnd): DataQueueError {
    return kafkaError("NETWORK_EXCEPTION", `${this.#where}: ${name}`, { why, cause });
  }

  #ended(end: SocketEnd): void {
    this.#end = end;
    clearTimeout(this.#watch);
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { name, failed } of pending) failed(this.#lost(name, end));
  }

  /**
   * Ends the connection when nothing came for two and a half beats. The last half comes after a look, so that a page that was
   * asleep hears first what has come meanwhile.
   */
  #watchFor(ms: number, silentSince?: number): void {
    const { heartbeatMs } = this.limits;
    this.#watch = setTimeout(() => {
      const heardAt = this.#heardAt;
      const silentMs = performance.now() - heardAt;
      if (silentMs < 2 * heartbeatMs) return this.#watchFor(2 * heartbeatMs - silentMs);
      if (heardAt !== silentSince) return this.#watchFor(heartbeatMs / 2, heardAt);
      const why = `nothing came from the gateway for ${Math.round(silentMs)} ms, not even its heartbeat`;
      this.#socket.end({ why }, closeCodes.timedOut);
    }, ms);
  }
}
