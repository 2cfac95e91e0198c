import type { Socket } from "node:net";
import { TransportError, UnsupportedError } from "@dataqueues/core";
import type { ISocketFactory } from "kafkajs";
import { addressText } from "./broker-addresses.ts";
import type { BrokerAddress } from "./broker-addresses.ts";
import { captureBroker } from "./captured-cluster.ts";
import type { CapturedBroker } from "./captured-cluster.ts";
import { closedBy, connectionFailure } from "./connection-failure.ts";
import { kafkaError } from "./kafka-errors.ts";
import type { KafkajsConfig } from "./kafkajs-config.ts";
import { openSocket } from "./open-socket.ts";
import { commonVersion } from "./protocol/kafka-request.ts";
import type { KafkaApi, KafkaRequest, OfferedVersions } from "./protocol/kafka-request.ts";

/** Node's timers go no further. */
const longestTimeoutMs = 2 ** 31 - 1;

/**
 * One node of Kafka and the sockets to it: kafkajs has one for fetches and one for all else. Once a socket is lost or a
 * request stays unanswered, all sockets are ended, all that is pending is rejected, and the object is of no more use.
 */
export class Broker {
  readonly address: BrokerAddress;
  readonly #host: string;
  readonly #config: KafkajsConfig;
  readonly #sockets = new Set<Socket>();
  readonly #pending = new Set<(error: TransportError | UnsupportedError) => void>();
  #captured: Promise<CapturedBroker> | undefined;
  #ended: TransportError | UnsupportedError | undefined;
  #offered: OfferedVersions = {};
  /** When the node last answered a request, by the process's own clock; 0 before it did. */
  answeredAt = 0;

  constructor(address: BrokerAddress, config: KafkajsConfig) {
    this.#host = addressText(address);
    this.address = address;
    this.#config = config;
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Connects within `timeoutMs`; later calls get the outcome of the first. */
  async connect(timeoutMs: number): Promise<void> {
    this.#captured ??= this.#settle(this.#open(), timeoutMs, `Connecting to ${this.#host}`);
    await this.#captured;
  }

  /**
   * Sends a request in the highest version that both sides speak, and reads its answer. Rejects with a
   * {@link TransportError} when none comes within `timeoutMs`; the connection outlives a request that could not be sent.
   */
  async request<Answer>(request: KafkaRequest<Answer>, timeoutMs: number): Promise<Answer> {
    const what = `${request.api.name} at ${this.#host}`;
    const captured = await this.#captured;
    if (captured === undefined) throw kafkaError("NETWORK_EXCEPTION", what, { why: "not connected" });
    const version = commonVersion(request.api, this.#offered);
    if (typeof version === "string") throw kafkaError("UNSUPPORTED_VERSION", what, { why: version });
    let send: () => Promise<Answer>;
    try {
      send = captured.prepare(request, version);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw kafkaError("INVALID_REQUEST", what, { why, cause });
    }
    if (this.#ended !== undefined) throw this.#ended;
    const answer = await this.#settle(send(), timeoutMs, what);
    this.answeredAt = performance.now();
    return answer;
  }

  /** The version in which a request is sent here; undefined where there is none in common. */
  versionOf(api: KafkaApi): number | undefined {
    const version = commonVersion(api, this.#offered);
    return typeof version === "number" ? version : undefined;
  }

  /** Ends all sockets at once and rejects what is pending. */
  end(error: TransportError | UnsupportedError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    for (const reject of this.#pending) reject(error);
    // Only an error makes kafkajs tidy up.
    for (const socket of this.#sockets) socket.destroy(new Error("the connection was given up"));
  }

  async #open(): Promise<CapturedBroker> {
    const socketFactory = this.#keepSockets(this.#config.socketFactory ?? openSocket);
    const captured = await captureBroker(this.address, { ...this.#config, socketFactory }, (cause) =>
      this.end(this.#explain(cause, `The connection to ${this.#host}`)),
    );
    await captured.connect();
    this.#offered = captured.versions() ?? {};
    return captured;
  }

  #keepSockets(make: ISocketFactory): ISocketFactory {
    return (options) => {
      if (this.#ended !== undefined) throw this.#ended;
      const socket = make(options);
      this.#sockets.add(socket);
      socket.once("close", () => {
        const why = closedBy(this.answeredAt > 0);
        this.end(kafkaError("NETWORK_EXCEPTION", `The connection to ${this.#host}`, { why }));
      });
      return socket;
    };
  }

  #explain(cause: unknown, where: string): TransportError | UnsupportedError {
    const closed = [...this.#sockets].some(({ readableEnded, destroyed }) => readableEnded || destroyed);
    const { mechanism } = this.#config.sasl ?? {};
    return connectionFailure(cause, { where, mechanism, answered: this.answeredAt > 0, closed });
  }

  /** The outcome of `work`, or why it has none: it failed, is too late, or the sockets were ended. */
  #settle<TopicResult>(work: Promise<TopicResult>, timeoutMs: number, what: string): Promise<TopicResult> {
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
          const why = `no answer in ${timeoutMs} ms`;
          fail(kafkaError("REQUEST_TIMED_OUT", what, { why }));
          this.end(kafkaError("NETWORK_EXCEPTION", `The connection to ${this.#host} was given up`, { why }));
        },
        Math.min(timeoutMs, longestTimeoutMs),
      );
      this.#pending.add(fail);
      work.then(
        (outcome) => {
          settled();
          resolve(outcome);
          return undefined;
        },
        (cause: unknown) => {
          const error = this.#explain(cause, what);
          fail(error);
          this.end(kafkaError("NETWORK_EXCEPTION", `The connection to ${this.#host} failed`, { cause: error }));
        },
      );
    });
  }
}
