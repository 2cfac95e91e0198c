import { ClosedError, DataQueueError, TransportError, UnsupportedError } from "../contract/errors.ts";
import { safeListener } from "../contract/events.ts";
import type { OnEvent } from "../contract/events.ts";
import type { BaseConnection, Connections, Role, Transport } from "../contract/transport.ts";
import { checkNumber, pauseLimit, timeLimit } from "./check-number.ts";
import { invalidArgument } from "./invalid-argument.ts";
import { backoff, withJitter } from "./retry-policy.ts";
import type { Backoff } from "./retry-policy.ts";
import { delay, settleWithin } from "./wait.ts";

/** How a network client waits; times in milliseconds. */
export interface NetworkClientOptions {
  /** The longest that one attempt to connect may take. */
  readonly connectTimeoutMs: number;
  /** The longest that one request may take. */
  readonly requestTimeoutMs: number;
  /** The pause after a failed attempt to connect, 50 by default; it doubles with each failure, with a fifth of jitter. */
  readonly reconnectBackoffMs?: number | undefined;
  /** The longest of these pauses, without jitter: 1,000 by default. */
  readonly reconnectBackoffMaxMs?: number | undefined;
  readonly onEvent?: OnEvent | undefined;
}

const capabilityOf = { write: "write", admin: "admin", group: "groups" } as const;

const lackOf = { write: "cannot write", admin: "cannot change topics", group: "has no groups" } as const;

/**
 * One connection to a log, which it opens when it is needed. Every request has a deadline; a connection that missed one is
 * replaced, because a half-open socket gives no sign. It does not retry requests. Producer, consumer and admin are built
 * on it, and other clients of a transport can be.
 */
export class NetworkClient<R extends Role = Role> {
  readonly #transport: Transport;
  readonly #role: R;
  readonly #options: NetworkClientOptions;
  readonly #reconnectBackoff: Backoff;
  /** The caller's `onEvent`, which never throws. */
  readonly onEvent: OnEvent;
  readonly #closing: AbortController = new AbortController();
  #opening: Promise<Connections[R]> | undefined;
  #connection: Connections[R] | undefined;
  #attempts = 0;
  /** `performance.now()` before which no other attempt to connect is made. */
  #retryAt = 0;
  #reached = false;

  constructor(transport: Transport, role: R, options: NetworkClientOptions) {
    if (typeof transport?.open !== "function") {
      throw invalidArgument("transport", "a transport, such as memory() or kafkajs(host)", transport);
    }
    const needed: Role = role;
    // A transport without types may lack capabilities.
    if (needed !== "read" && !(transport.capabilities?.[capabilityOf[needed]] ?? true)) {
      throw new UnsupportedError(`the transport ${transport.name} ${lackOf[needed]}, as its capabilities say`);
    }
    checkNumber("connectTimeoutMs", options.connectTimeoutMs, timeLimit);
    checkNumber("requestTimeoutMs", options.requestTimeoutMs, timeLimit);
    const { reconnectBackoffMs = 50, reconnectBackoffMaxMs = 1_000 } = options;
    checkNumber("reconnectBackoffMs", reconnectBackoffMs, pauseLimit);
    checkNumber("reconnectBackoffMaxMs", reconnectBackoffMaxMs, pauseLimit);
    this.#reconnectBackoff = { first: reconnectBackoffMs, most: reconnectBackoffMaxMs };
    this.#transport = transport;
    this.#role = role;
    this.#options = options;
    this.onEvent = safeListener(options.onEvent);
  }

  /** Aborts when the client is closed. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Whether there ever was a connection. After that, a log that cannot be reached is waited for. */
  get reached(): boolean {
    return this.#reached;
  }

  /** The open connection, or a new one. */
  async connect(): Promise<Connections[R]> {
    this.#closing.signal.throwIfAborted();
    this.#opening ??= this.#openAfterPause();
    return this.#opening;
  }

  async #openAfterPause(): Promise<Connections[R]> {
    const pauseMs = this.#retryAt - performance.now();
    if (pauseMs > 0) await delay(pauseMs, this.signal);
    return this.#open();
  }

  async #open(): Promise<Connections[R]> {
    const { connectTimeoutMs } = this.#options;
    const transport = this.#transport.name;
    const attempt = this.#attempts++;
    const giveUp = new AbortController();
    const timeoutError = (): TransportError =>
      new TransportError(`${transport}: no connection within ${connectTimeoutMs} ms`, {
        code: "REQUEST_TIMED_OUT",
        retriable: true,
      });
    // The async function turns what the transport throws at once into a rejection.
    const opening = (async () => this.#transport.open(this.#role, { signal: giveUp.signal, connectTimeoutMs }))();
    try {
      const connection = await settleWithin(opening, connectTimeoutMs, timeoutError, this.signal);
      this.signal.throwIfAborted();
      this.#attempts = 0;
      this.#reached = true;
      this.#connection = connection;
      this.onEvent({ type: "connected", role: this.#role, transport, attempt });
      return connection;
    } catch (error) {
      this.#opening = undefined;
      this.#retryAt = performance.now() + withJitter(backoff(attempt, this.#reconnectBackoff));
      giveUp.abort(error);
      opening.then((connection) => connection.close()).catch(() => undefined);
      if (!this.signal.aborted)
        this.onEvent({ type: "connectFailed", role: this.#role, transport, attempt, reason: error });
      throw this.#wrap(error, `${transport}: no connection`);
    }
  }

  /**
   * Makes a request that every broker can answer: a connection on which it fails is replaced. Otherwise as
   * {@link request}.
   */
  async requestOrReconnect<T>(name: string, make: (connection: Connections[R]) => Promise<T>): Promise<T> {
    const connection = await this.connect();
    try {
      return await this.request(name, make);
    } catch (error) {
      this.drop(error, connection);
      throw error;
    }
  }

  /**
   * Makes one request. Rejects with a {@link TransportError} when there is no connection, when the request fails as a
   * whole, or when no answer comes within `timeoutMs`.
   */
  async request<T>(
    name: string,
    make: (connection: Connections[R]) => Promise<T>,
    timeoutMs: number = this.#options.requestTimeoutMs,
  ): Promise<T> {
    const connection = await this.connect();
    const timeoutError = (): TransportError => {
      const error = new TransportError(`${this.#transport.name}: no answer to ${name} within ${timeoutMs} ms`, {
        code: "REQUEST_TIMED_OUT",
        retriable: true,
      });
      this.drop(error, connection);
      return error;
    };
    try {
      return await settleWithin(make(connection), timeoutMs, timeoutError, this.signal);
    } catch (error) {
      throw this.#wrap(error, `${this.#transport.name}: ${name} failed`);
    }
  }

  /** Closes the connection, or only the given one if it is still in use. The next request opens another. */
  drop(reason: unknown, only: Connections[R] | undefined = this.#connection): void {
    if (only === undefined || only !== this.#connection) return;
    this.#connection = undefined;
    this.#opening = undefined;
    end(only);
    this.onEvent({ type: "disconnected", role: this.#role, transport: this.#transport.name, reason });
  }

  /** Waits; rejects with the reason when the client is closed meanwhile. */
  pause(ms: number): Promise<void> {
    return delay(ms, this.signal);
  }

  /** Closes the connection for good. Pending requests reject at once. */
  close(reason: Error = new ClosedError("the connection is closed")): void {
    this.#closing.abort(reason);
    const connection = this.#connection;
    // Pending requests fail now, and must not drop the connection again.
    this.#connection = undefined;
    if (connection !== undefined) end(connection);
  }

  /** What to reject with: the reason for closing, once the client is closed, else an error of ours. */
  #wrap(error: unknown, what: string): unknown {
    if (this.signal.aborted) return this.signal.reason;
    if (error instanceof DataQueueError) return error;
    const reason = error instanceof Error ? error.message : String(error);
    return new TransportError(`${what}: ${reason}`, { code: "NETWORK_EXCEPTION", retriable: true, cause: error });
  }
}

/** Closes a connection that is not used any more. */
function end(connection: BaseConnection): void {
  try {
    connection.close();
  } catch {
    // Nobody could do anything about it.
  }
}
