import type { Socket } from "node:net";
import { kafkaError } from "@dataqueues/core";
import type { TransportError, UnsupportedError } from "@dataqueues/core";
import type { ISocketFactory } from "kafkajs";
import { addressText } from "./broker-addresses.ts";
import type { BrokerAddress } from "./broker-addresses.ts";
import { closedBy, connectionFailure } from "./connection-failure.ts";
import type { KafkajsConfig } from "./kafkajs-config.ts";
import { captureConnection } from "./kafkajs-internals.ts";
import type { CapturedConnection } from "./kafkajs-internals.ts";
import { openSocket } from "./open-socket.ts";
import { commonVersion } from "./protocol/kafka-request.ts";
import type { KafkaApi, KafkaRequest, OfferedVersions } from "./protocol/kafka-request.ts";

/** The longest timeout that Node's timers take. */
const maxTimeoutMs = 2 ** 31 - 1;

/** The broker to which a connection belongs. */
export interface BrokerConnectionOwner {
  /** Whether the broker has responded to a request before, on any connection. */
  readonly hasResponded: () => boolean;
  /** Called when the connection fails, not when {@link BrokerConnection.end} is called. */
  readonly onLost: (error: TransportError | UnsupportedError) => void;
}

/**
 * One connection to a broker: one socket. Once the socket is lost or a request gets no response in time, all pending requests
 * are rejected, and the connection cannot be used any more.
 */
export class BrokerConnection {
  readonly #address: BrokerAddress;
  readonly #host: string;
  readonly #config: KafkajsConfig;
  readonly #owner: BrokerConnectionOwner;
  readonly #pending = new Set<(error: TransportError | UnsupportedError) => void>();
  #socket: Socket | undefined;
  #captured: Promise<CapturedConnection> | undefined;
  #ended: TransportError | UnsupportedError | undefined;
  #offered: OfferedVersions = {};

  constructor(address: BrokerAddress, config: KafkajsConfig, owner: BrokerConnectionOwner) {
    this.#address = address;
    this.#host = addressText(address);
    this.#config = config;
    this.#owner = owner;
  }

  /** Connects within `timeoutMs`; later calls get the outcome of the first. */
  async connect(timeoutMs: number): Promise<void> {
    this.#captured ??= this.#settle(this.#open(), timeoutMs, `Connecting to ${this.#host}`);
    await this.#captured;
  }

  /**
   * Sends a request in the highest version that both sides speak, and reads its response. Rejects with a
   * {@link TransportError} when none comes within `timeoutMs`. A request that cannot be sent leaves the connection as it is.
   */
  async request<Response>(request: KafkaRequest<Response>, timeoutMs: number): Promise<Response> {
    const what = `${request.api.name} at ${this.#host}`;
    const captured = await this.#captured;
    if (captured === undefined) throw kafkaError("NETWORK_EXCEPTION", what, { why: "not connected" });
    const version = commonVersion(request.api, this.#offered);
    if (typeof version === "string") throw kafkaError("UNSUPPORTED_VERSION", what, { why: version });
    let send: () => Promise<Response>;
    try {
      send = captured.prepare(request, version);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw kafkaError("INVALID_REQUEST", what, { why, cause });
    }
    if (this.#ended !== undefined) throw this.#ended;
    return this.#settle(send(), timeoutMs, what);
  }

  /** The version in which a request is sent here; undefined if there is none in common. */
  versionOf(api: KafkaApi): number | undefined {
    const version = commonVersion(api, this.#offered);
    return typeof version === "number" ? version : undefined;
  }

  /** Closes the socket at once and rejects what is pending. */
  end(error: TransportError | UnsupportedError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    for (const reject of this.#pending) reject(error);
    // kafkajs forgets the socket's requests only on an error.
    this.#socket?.destroy(new Error("the connection was given up"));
  }

  #lose(error: TransportError | UnsupportedError): void {
    if (this.#ended !== undefined) return;
    this.end(error);
    this.#owner.onLost(error);
  }

  async #open(): Promise<CapturedConnection> {
    const socketFactory = this.#watchSocket(this.#config.socketFactory ?? openSocket);
    const captured = await captureConnection(this.#address, { ...this.#config, socketFactory }, (cause) =>
      this.#lose(this.#explain(cause, `The connection to ${this.#host}`)),
    );
    await captured.connect();
    this.#offered = captured.versions() ?? {};
    return captured;
  }

  #watchSocket(make: ISocketFactory): ISocketFactory {
    return (options) => {
      if (this.#ended !== undefined) throw this.#ended;
      this.#socket = make(options);
      return this.#socket.once("close", () => {
        const why = closedBy(this.#owner.hasResponded());
        this.#lose(kafkaError("NETWORK_EXCEPTION", `The connection to ${this.#host}`, { why }));
      });
    };
  }

  #explain(cause: unknown, where: string): TransportError | UnsupportedError {
    const closed = this.#socket?.readableEnded === true || this.#socket?.destroyed === true;
    const { mechanism } = this.#config.sasl ?? {};
    return connectionFailure(cause, { where, mechanism, responded: this.#owner.hasResponded(), closed });
  }

  /** The result of `work`; rejects if it fails, takes longer than `timeoutMs`, or the connection ends. */
  #settle<Result>(work: Promise<Result>, timeoutMs: number, what: string): Promise<Result> {
    return new Promise((resolve, reject) => {
      const settled = (): void => {
        clearTimeout(timer);
        this.#pending.delete(fail);
      };
      const fail = (error: TransportError | UnsupportedError): void => {
        settled();
        reject(error);
      };
      const timer = setTimeout(
        () => {
          const why = `no response in ${timeoutMs} ms`;
          fail(kafkaError("REQUEST_TIMED_OUT", what, { why }));
          this.#lose(kafkaError("NETWORK_EXCEPTION", `The connection to ${this.#host} was given up`, { why }));
        },
        Math.min(timeoutMs, maxTimeoutMs),
      );
      this.#pending.add(fail);
      work.then(
        (result) => {
          settled();
          resolve(result);
          return undefined;
        },
        (cause: unknown) => {
          const error = this.#explain(cause, what);
          fail(error);
          this.#lose(kafkaError("NETWORK_EXCEPTION", `The connection to ${this.#host} failed`, { cause: error }));
        },
      );
    });
  }
}
