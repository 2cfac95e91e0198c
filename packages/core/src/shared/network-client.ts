import { checkNumber, timeLimit } from "./check-number.ts";
import { ClosedError, DataQueueError, TransportError } from "../contract/errors.ts";
import { listener } from "../contract/events.ts";
import type { OnEvent } from "../contract/events.ts";
import { invalidArgument } from "./invalid-argument.ts";
import type { BaseConnection, Connections, Role, Transport } from "../contract/transport.ts";
import { delay, settleWithin } from "./wait.ts";

/** How a network client waits. */
export interface NetworkClientOptions {
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly onEvent?: OnEvent | undefined;
}

/**
 * The way to a log: opens a connection when one is needed, gives every request a deadline, and replaces the connection
 * that missed one, because a half-open socket never tells. It does not retry. Producer and consumer are built on it, and
 * other clients of a transport can be.
 */
export class NetworkClient<R extends Role = Role> {
  readonly #transport: Transport;
  readonly #role: R;
  readonly #options: NetworkClientOptions;
  /** Takes what happens on the way, and what its user tells; it never throws. */
  readonly onEvent: OnEvent;
  readonly #closing: AbortController = new AbortController();
  #opening: Promise<Connections[R]> | undefined;
  #connection: Connections[R] | undefined;
  #attempts = 0;
  #reached = false;

  constructor(transport: Transport, role: R, options: NetworkClientOptions) {
    if (typeof transport?.open !== "function") {
      throw invalidArgument("transport", "a transport, such as memory() or kafkajs(host)", transport);
    }
    checkNumber("connectTimeoutMs", options.connectTimeoutMs, timeLimit);
    checkNumber("requestTimeoutMs", options.requestTimeoutMs, timeLimit);
    this.#transport = transport;
    this.#role = role;
    this.#options = options;
    this.onEvent = listener(options.onEvent);
  }

  /** Aborts when the client is closed. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Whether there ever was a connection: a client that worked once is worth waiting for. */
  get reached(): boolean {
    return this.#reached;
  }

  /** Opens the connection unless there is one. */
  async connect(): Promise<Connections[R]> {
    this.#closing.signal.throwIfAborted();
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<Connections[R]> {
    const { connectTimeoutMs } = this.#options;
    const transport = this.#transport.name;
    const attempt = this.#attempts++;
    const giveUp = new AbortController();
    const late = (): TransportError =>
      new TransportError(`${transport}: no connection within ${connectTimeoutMs} ms`, {
        code: "REQUEST_TIMED_OUT",
        retriable: true,
      });
    // Within an async function: what the transport throws at once is a rejection too.
    const opening = (async () => this.#transport.open(this.#role, { signal: giveUp.signal, connectTimeoutMs }))();
    try {
      const connection = await settleWithin(opening, connectTimeoutMs, late, this.signal);
      this.signal.throwIfAborted();
      this.#attempts = 0;
      this.#reached = true;
      this.#connection = connection;
      this.onEvent({ type: "connected", role: this.#role, transport, attempt });
      return connection;
    } catch (error) {
      this.#opening = undefined;
      giveUp.abort(error);
      opening.then((connection) => connection.close()).catch(() => undefined);
      if (!this.signal.aborted)
        this.onEvent({ type: "connectFailed", role: this.#role, transport, attempt, reason: error });
      throw this.#inOurWords(error, `${transport}: no connection`);
    }
  }

  /**
   * Makes a request that every connection should be able to answer: one that does not is replaced. Otherwise as
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
   * Makes one request. Rejects with a {@link TransportError} when there is no connection, it fails as a whole, or no
   * answer comes within `timeoutMs`.
   */
  async request<T>(
    name: string,
    make: (connection: Connections[R]) => Promise<T>,
    timeoutMs: number = this.#options.requestTimeoutMs,
  ): Promise<T> {
    const connection = await this.connect();
    const late = (): TransportError => {
      const error = new TransportError(`${this.#transport.name}: no answer to ${name} within ${timeoutMs} ms`, {
        code: "REQUEST_TIMED_OUT",
        retriable: true,
      });
      this.drop(error, connection);
      return error;
    };
    try {
      return await settleWithin(make(connection), timeoutMs, late, this.signal);
    } catch (error) {
      throw this.#inOurWords(error, `${this.#transport.name}: ${name} failed`);
    }
  }

  /** Ends the connection, or only the given one if it still is; the next request opens another. */
  drop(reason: unknown, only: Connections[R] | undefined = this.#connection): void {
    if (only === undefined || only !== this.#connection) return;
    this.#connection = undefined;
    this.#opening = undefined;
    end(only);
    this.onEvent({ type: "disconnected", role: this.#role, transport: this.#transport.name, reason });
  }

  /** Waits, unless the client is closed meanwhile: then it rejects with the reason. */
  pause(ms: number): Promise<void> {
    return delay(ms, this.signal);
  }

  /** Ends the connection for good: what is pending rejects at once. */
  close(reason: Error = new ClosedError("the connection is closed")): void {
    this.#closing.abort(reason);
    const connection = this.#connection;
    // What is pending fails now, and has nothing left to drop.
    this.#connection = undefined;
    if (connection !== undefined) end(connection);
  }

  /** What to reject with: once the client is closed the reason for that, whatever it is. */
  #inOurWords(error: unknown, what: string): unknown {
    if (this.signal.aborted) return this.signal.reason;
    if (error instanceof DataQueueError) return error;
    const reason = error instanceof Error ? error.message : String(error);
    return new TransportError(`${what}: ${reason}`, { code: "NETWORK_EXCEPTION", retriable: true, cause: error });
  }
}

/** Whatever goes wrong with the end of a connection, it is not used any more. */
function end(connection: BaseConnection): void {
  try {
    connection.close();
  } catch {
    // There is nobody left who could do something about it.
  }
}
