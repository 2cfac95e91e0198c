import { kafkaError } from "@dataqueues/core";
import type { TransportError, UnsupportedError } from "@dataqueues/core";
import { addressText } from "./broker-addresses.ts";
import type { BrokerAddress } from "./broker-addresses.ts";
import { BrokerConnection } from "./broker-connection.ts";
import { defaultConnectionTimeoutMs } from "./kafkajs-config.ts";
import type { KafkajsConfig } from "./kafkajs-config.ts";
import type { KafkaApi, KafkaRequest } from "./protocol/kafka-request.ts";

/**
 * A broker of Kafka and the connections to it: one for fetches, one for each member that joins a group, and one for all else.
 * Kafka responds to the requests of a connection in their order, so that a fetch which waits for records delays those after it.
 * If one of the first two is lost, all are ended, and the object cannot be used any more.
 */
export class Broker {
  readonly address: BrokerAddress;
  /** When the broker last responded to a request, on the process's own clock; 0 before it did. */
  lastResponseAt = 0;
  readonly #config: KafkajsConfig;
  readonly #main: BrokerConnection;
  readonly #separate = new Set<BrokerConnection>();
  #fetches: BrokerConnection | undefined;
  #ended: TransportError | UnsupportedError | undefined;

  constructor(address: BrokerAddress, config: KafkajsConfig) {
    this.address = address;
    this.#config = config;
    this.#main = this.#newConnection((error) => this.end(error));
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Connects within `timeoutMs`; later calls get the outcome of the first. */
  async connect(timeoutMs: number): Promise<void> {
    await this.#main.connect(timeoutMs);
  }

  /** Sends any request but a fetch; see {@link BrokerConnection.request}. */
  async request<Response>(request: KafkaRequest<Response>, timeoutMs: number): Promise<Response> {
    const response = await this.#main.request(request, timeoutMs);
    this.lastResponseAt = performance.now();
    return response;
  }

  /** Sends a fetch, and connects for it first. A `signal` that aborts ends the connection for fetches, and no other. */
  async fetch<Response>(request: KafkaRequest<Response>, timeoutMs: number, signal?: AbortSignal): Promise<Response> {
    signal?.throwIfAborted();
    if (this.#ended !== undefined) throw this.#ended;
    const connection = (this.#fetches ??= this.#newConnection((error) => this.end(error)));
    const abort = (): void => {
      if (this.#fetches === connection) this.#fetches = undefined;
      const what = `The connection for fetches to ${addressText(this.address)} was given up`;
      connection.end(kafkaError("NETWORK_EXCEPTION", what, { why: "a fetch on it was aborted" }));
    };
    signal?.addEventListener("abort", abort);
    try {
      await connection.connect(this.#config.connectionTimeout ?? defaultConnectionTimeoutMs);
      const response = await connection.request(request, timeoutMs);
      this.lastResponseAt = performance.now();
      return response;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Connects, does something with that connection alone, and ends it. If it is lost, the others stay. */
  async separately<Result>(use: (connection: BrokerConnection) => Promise<Result>): Promise<Result> {
    if (this.#ended !== undefined) throw this.#ended;
    const connection = this.#newConnection(() => {});
    this.#separate.add(connection);
    try {
      await connection.connect(this.#config.connectionTimeout ?? defaultConnectionTimeoutMs);
      return await use(connection);
    } finally {
      this.#separate.delete(connection);
      const what = `A connection to ${addressText(this.address)}`;
      connection.end(kafkaError("NETWORK_EXCEPTION", what, { why: "it is not used any more" }));
    }
  }

  /** The version in which a request is sent here; undefined if there is none in common. */
  versionOf(api: KafkaApi): number | undefined {
    return this.#main.versionOf(api);
  }

  /** Closes all sockets at once and rejects what is pending. */
  end(error: TransportError | UnsupportedError): void {
    this.#ended ??= error;
    this.#main.end(error);
    this.#fetches?.end(error);
    for (const connection of this.#separate) connection.end(error);
  }

  #newConnection(onLost: (error: TransportError | UnsupportedError) => void): BrokerConnection {
    return new BrokerConnection(this.address, this.#config, {
      hasResponded: () => this.lastResponseAt > 0,
      onLost,
    });
  }
}
