import { DataQueueError, kafkaError, TransportError, unlessAborted } from "@dataqueues/core";
import type { OpenOptions } from "@dataqueues/core";

import type { GatewaySession } from "./gateway-session.ts";
import { openSession } from "./open-session.ts";
import type { HelloRequest } from "./protocol/bodies.ts";
import { ReconnectDelay } from "./reconnect-delay.ts";
import type { WebSocketConstructor } from "./web-socket.ts";

/** What a gateway is reached with. */
export interface SessionOpenerOptions {
  readonly url: URL;
  readonly token: string | (() => string | Promise<string>) | undefined;
  readonly WebSocket: WebSocketConstructor;
  readonly reconnectBackoffMaxMs: number;
}

/** The default of a consumer's `connectTimeoutMs`, for callers of `open` that set none. */
const defaultConnectTimeoutMs = 15_000;

/** Answers of a gateway that hardly change soon. */
const refusals: readonly string[] = ["SASL_AUTHENTICATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED", "UNSUPPORTED"];

/** Opens sessions, and remembers for each role how that went: the next one waits accordingly. */
export class SessionOpener {
  readonly #options: SessionOpenerOptions;
  readonly #delays: Readonly<Record<HelloRequest["role"], ReconnectDelay>>;
  /** The URL as errors name it: without its query, which is nobody's business. */
  readonly #place: string;

  constructor(options: SessionOpenerOptions) {
    const { url, reconnectBackoffMaxMs: mostMs } = options;
    this.#options = options;
    this.#delays = {
      read: new ReconnectDelay(mostMs),
      write: new ReconnectDelay(mostMs),
      admin: new ReconnectDelay(mostMs),
    };
    this.#place = `${url.protocol}//${url.host}${url.pathname}`;
  }

  /** Waits as the failures before ask for, and opens. Rejects with a `TransportError`, or an `UnsupportedError`. */
  async open(
    role: HelloRequest["role"],
    { signal, connectTimeoutMs = defaultConnectTimeoutMs }: OpenOptions,
  ): Promise<GatewaySession> {
    const where = `${this.#place} (${role})`;
    const deadline = new AbortController();
    const timer =
      connectTimeoutMs === Infinity
        ? undefined
        : setTimeout(() => {
            deadline.abort(
              kafkaError("REQUEST_TIMED_OUT", where, { why: `no connection within ${connectTimeoutMs} ms` }),
            );
          }, connectTimeoutMs);
    const abort = (): void => deadline.abort(kafkaError("ABORTED", where, { cause: signal?.reason }));
    if (signal?.aborted === true) abort();
    signal?.addEventListener("abort", abort);
    const delay = this.#delays[role];
    try {
      await delay.wait(connectTimeoutMs / 2, deadline.signal);
      return await this.#openNow(role, where, delay, deadline.signal);
    } catch (error) {
      // Whoever gave up says nothing of the gateway.
      const code = error instanceof DataQueueError ? error.code : "";
      if (refusals.includes(code)) delay.refused();
      else if (code !== "ABORTED") delay.failed();
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  async #openNow(
    role: HelloRequest["role"],
    where: string,
    delay: ReconnectDelay,
    signal: AbortSignal,
  ): Promise<GatewaySession> {
    const { url, WebSocket } = this.#options;
    const hello = { role, token: await this.#token(where, signal) };
    let openedAt = Infinity;
    const session = await openSession({
      url,
      hello,
      WebSocket,
      where,
      signal,
      onEnd: ({ isClosed = false, reason }) => {
        if (!isClosed) delay.lost(performance.now() - openedAt, reason);
      },
    });
    openedAt = performance.now();
    delay.opened();
    return session;
  }

  async #token(where: string, signal: AbortSignal): Promise<string | undefined> {
    const { token } = this.#options;
    if (typeof token !== "function") return token;
    let given: unknown;
    try {
      // The async function turns what is thrown at once into a rejection.
      given = await unlessAborted((async () => token())(), signal);
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      const why = `the option token failed: ${cause instanceof Error ? cause.message : String(cause)}`;
      throw kafkaError("NETWORK_EXCEPTION", where, { why, cause });
    }
    if (typeof given === "string") return given;
    const message = `${where}: the option token gave ${given === null ? "null" : `a value of type ${typeof given}`}, and no text`;
    throw new TransportError(message, { code: "SASL_AUTHENTICATION_FAILED", retriable: false });
  }
}
