import { kafkaError, UnsupportedError } from "@dataqueues/core";
import type { DataQueueError } from "@dataqueues/core";

import { badAnswer, count, errorCode, fields } from "./answer-fields.ts";
import { FrameSocket } from "./frame-socket.ts";
import type { FrameListener, SocketEnd } from "./frame-socket.ts";
import { GatewaySession } from "./gateway-session.ts";
import type { HelloAnswer, HelloRequest } from "./protocol/bodies.ts";
import { answerTo, closeCodes, frameTypes } from "./protocol/frame-types.ts";
import { encodeFrameStart } from "./protocol/frame.ts";
import type { Frame } from "./protocol/frame.ts";
import type { WebSocketConstructor } from "./web-socket.ts";

/** What a session is opened with. */
export interface SessionOptions {
  readonly url: URL;
  readonly hello: HelloRequest;
  readonly WebSocket: WebSocketConstructor;
  /** URL and role, for errors. */
  readonly where: string;
  /** Ends the attempt; its reason is the error. */
  readonly signal: AbortSignal;
  /** Called once an open session ends. */
  readonly onEnd: (end: SocketEnd) => void;
}

/** Opens a WebSocket and says HELLO. Rejects with a `TransportError`, or an `UnsupportedError` if the gateway does not have the role. */
export function openSession({ url, hello, WebSocket, where, signal, onEnd }: SessionOptions): Promise<GatewaySession> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    let isOpen = false;
    const giveUp = (): void => socket.end({ why: "the attempt was ended", cause: signal.reason });
    const settled = (): void => signal.removeEventListener("abort", giveUp);
    const listener: FrameListener = {
      opened: () => {
        isOpen = true;
        socket.send(encodeFrameStart(frameTypes.hello, 0, hello));
      },
      frame: (frame) => {
        if (frame.type === frameTypes.error) {
          const error = helloRefused(frame, where, hello);
          settled();
          reject(error);
          socket.end({ why: error.message });
          return;
        }
        if (frame.type !== answerTo(frameTypes.hello)) throw badAnswer(`type ${frame.type} answers HELLO`);
        const session = new GatewaySession(socket, where, readHello(frame), onEnd);
        settled();
        resolve(session);
      },
      ended: (end) => {
        settled();
        reject(signal.aborted ? signal.reason : notOpened(end, where, isOpen));
      },
    };
    const socket = newSocket(WebSocket, url, where, listener);
    signal.addEventListener("abort", giveUp);
  });
}

/** A page that came by `https:` may not open a `ws:` URL: the constructor throws. */
function newSocket(WebSocket: WebSocketConstructor, url: URL, where: string, listener: FrameListener): FrameSocket {
  try {
    return new FrameSocket(WebSocket, url.href, listener);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw kafkaError("NETWORK_EXCEPTION", where, { why, cause });
  }
}

function helloRefused({ body }: Frame, where: string, { role, token }: HelloRequest): DataQueueError {
  const code = fields(body, "an error")["error"];
  if (code === "UNSUPPORTED") {
    return new UnsupportedError(`${where}: the gateway does not have the role ${role} (its option roles)`);
  }
  const whys: Readonly<Record<string, string>> = {
    SASL_AUTHENTICATION_FAILED:
      token === undefined ? "the gateway wants a token (option token)" : "the gateway refused the token",
    CLUSTER_AUTHORIZATION_FAILED: `the gateway does not allow this viewer to ${role}`,
  };
  const known = errorCode(code);
  return kafkaError(known, where, { why: whys[known] });
}

function notOpened({ why, code, cause }: SocketEnd, where: string, isOpen: boolean): DataQueueError {
  if (code === closeCodes.unauthorized) return kafkaError("SASL_AUTHENTICATION_FAILED", where, { why, cause });
  if (isOpen || code === undefined) return kafkaError("NETWORK_EXCEPTION", where, { why, cause });
  const told = cause instanceof Error && cause.message !== "" ? ` (${cause.message})` : "";
  const check =
    "is the gateway running, is this its address and path, and does it let in this page's origin (its option origins)?";
  return kafkaError("NETWORK_EXCEPTION", where, { why: `no WebSocket${told}: ${check}`, cause });
}

function readHello({ body }: Frame): HelloAnswer {
  const answer = fields(body, "the answer to HELLO");
  const least = { heartbeatMs: 1, outstandingRequests: 1, maxFrameBytes: 1_024, maxItems: 1, maxProduceBytes: 1 };
  const read = (name: keyof HelloAnswer): number => count(answer[name], name, least[name]);
  return {
    // Timers wait for 24 days at most.
    heartbeatMs: Math.min(read("heartbeatMs"), 2 ** 29),
    outstandingRequests: read("outstandingRequests"),
    maxFrameBytes: read("maxFrameBytes"),
    maxItems: read("maxItems"),
    maxProduceBytes: read("maxProduceBytes"),
  };
}
