import { answerTo, closeCodes, encodeFrameStart, frameTypes } from "@dataqueues/transport-websocket";
import type { Frame, HelloAnswer } from "@dataqueues/transport-websocket";
import type { WebSocket } from "ws";

import type { CheckedPermissions } from "../access/authorize.ts";
import { ViewerTopics } from "../access/viewer-topics.ts";
import type { EndReason, ViewerInfo } from "../gateway-events.ts";
import type { GatewayHost } from "../gateway-host.ts";
import { HelloRefusal, permissionsOf } from "./hello.ts";
import type { ClientOrigin } from "./hello.ts";
import { RateLimit } from "./rate-limit.ts";
import type { HelloBody } from "./request-bodies.ts";
import { ViewerOffence } from "./viewer-offence.ts";
import { ViewerRequests } from "./viewer-requests.ts";
import { maxFrameBytes, ViewerSocket } from "./viewer-socket.ts";
import type { CountedViewer, Viewers } from "./viewers.ts";

/** The longest that a timer can wait, in milliseconds. */
const longestTimerMs = 2 ** 31 - 1;

/** A client of a gateway, from its WebSocket on: it says HELLO, is let in or not, and then asks. */
export class Viewer implements CountedViewer {
  readonly #host: GatewayHost;
  readonly #viewers: Viewers<Viewer>;
  readonly #from: ClientOrigin;
  readonly #socket: ViewerSocket;
  readonly #helloTimer: ReturnType<typeof setTimeout>;
  #expiryTimer: ReturnType<typeof setTimeout> | undefined;
  #saidHello = false;
  #info: ViewerInfo | undefined;
  #requests: ViewerRequests | undefined;

  constructor(webSocket: WebSocket, from: ClientOrigin, host: GatewayHost, viewers: Viewers<Viewer>) {
    this.#host = host;
    this.#viewers = viewers;
    this.#from = from;
    this.#socket = new ViewerSocket(webSocket, host.limits, host.metrics, {
      frame: (frame) => this.#receive(frame),
      ended: (reason, code, cause) => this.#ended(reason, code, cause),
    });
    this.#helloTimer = setTimeout(
      () => this.#socket.end("timedOut", closeCodes.timedOut, "not let in in time"),
      host.limits.helloTimeoutMs,
    );
    viewers.add(this);
  }

  get address(): string {
    return this.#from.address;
  }

  get user(): string | undefined {
    return this.#info?.user;
  }

  /** Tells the client to connect again, after a random pause of at most `withinMs`. */
  restart(withinMs: number): void {
    this.#socket.end("restart", closeCodes.restart, `reconnect within ${withinMs} ms`);
  }

  /** Cuts the connection off. */
  terminate(): void {
    this.#socket.terminate();
  }

  #receive(frame: Frame): void {
    if (this.#requests !== undefined) return this.#requests.receive(frame);
    if (frame.type !== frameTypes.hello) throw new ViewerOffence("badFrame", "a frame before HELLO was answered");
    if (this.#saidHello) throw new ViewerOffence("badFrame", "a second HELLO");
    this.#saidHello = true;
    void this.#letIn(frame.id, this.#host.bodies.hello(frame.body));
  }

  async #letIn(id: number, hello: HelloBody): Promise<void> {
    const { authorize, roles } = this.#host;
    try {
      const permissions = await permissionsOf(hello, this.#from, authorize, roles);
      // Meanwhile the client may have left, or its time may be over.
      if (this.#socket.hasEnded) return;
      if (!this.#viewers.hasRoomFor(permissions.user)) throw new HelloRefusal("user", closeCodes.tryAgainLater);
      await this.#welcome(id, hello, permissions);
    } catch (error) {
      if (error instanceof HelloRefusal && !this.#socket.hasEnded) await this.#refuse(id, error);
    }
  }

  async #welcome(id: number, { role }: HelloBody, { user, topics, expiresAt }: CheckedPermissions): Promise<void> {
    const { log, limits, bodies, metrics, onEvent } = this.#host;
    const { address, origin } = this.#from;
    clearTimeout(this.#helloTimer);
    this.#info = { viewer: metrics.admit(), role, user, address, origin };
    this.#viewers.letIn(this);
    onEvent({ type: "viewerConnected", ...this.#info });
    const { sender, bytes, requests } = this.#socket;
    const lists = [this.#host.topics, topics].filter((list) => list !== undefined);
    const context = {
      log,
      limits,
      bodies,
      role,
      sender,
      bytes,
      requests,
      metrics,
      topics: new ViewerTopics(lists),
      oldBytes: new RateLimit(limits.oldBytesPerSecond),
    };
    this.#requests = new ViewerRequests(context, {
      asked: (request) => metrics.requests.add(request),
      failed: (request, cause) => this.#requestFailed(request, cause),
    });
    this.#socket.startHeartbeat();
    this.#expireAt(expiresAt);
    const answer: HelloAnswer = {
      heartbeatMs: limits.heartbeatMs,
      outstandingRequests: limits.outstandingRequests,
      maxFrameBytes,
      maxItems: limits.itemsPerRequest,
      maxProduceBytes: limits.produceBytes,
    };
    await sender.send(encodeFrameStart(answerTo(frameTypes.hello), id, answer));
  }

  async #refuse(id: number, { reason, answer, code, cause }: HelloRefusal): Promise<void> {
    const { metrics, onEvent } = this.#host;
    const { address, origin } = this.#from;
    clearTimeout(this.#helloTimer);
    metrics.refused.add(reason);
    onEvent({ type: "viewerRefused", reason, address, origin, cause });
    if (answer !== undefined) await this.#socket.sender.send(encodeFrameStart(frameTypes.error, id, answer));
    this.#socket.end("refused", code, reason);
  }

  #expireAt(time: number = Infinity): void {
    const ms = time - Date.now();
    if (ms <= 0) return this.#socket.end("expired", closeCodes.unauthorized, "the token has expired");
    if (ms === Infinity) return;
    this.#expiryTimer = setTimeout(() => this.#expireAt(time), Math.min(ms, longestTimerMs));
  }

  #requestFailed(request: string, cause: unknown): void {
    if (cause instanceof ViewerOffence) return this.#socket.end(cause.reason, cause.code, cause.message, cause);
    if (this.#info === undefined || this.#socket.hasEnded) return;
    this.#host.metrics.failed.add(request);
    this.#host.onEvent({ type: "requestFailed", request, cause, ...this.#info });
  }

  #ended(reason: EndReason, code: number, cause: unknown): void {
    clearTimeout(this.#helloTimer);
    clearTimeout(this.#expiryTimer);
    this.#requests?.close();
    this.#viewers.remove(this);
    const { metrics, onEvent } = this.#host;
    if (this.#info !== undefined) {
      metrics.viewers -= 1;
      metrics.ended.add(reason);
      onEvent({ type: "viewerClosed", reason, code, cause, ...this.#info });
    } else if (reason !== "refused") {
      // It ended before it was let in.
      const { address, origin } = this.#from;
      metrics.refused.add(reason);
      onEvent({ type: "viewerRefused", reason, address, origin, cause });
    }
  }
}
