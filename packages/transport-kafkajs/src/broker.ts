import { isIP, connect as connectTcp } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { TransportError, UnsupportedError } from "@dataqueues/core";
import kafkajs from "kafkajs";
import type { ISocketFactory } from "kafkajs";
import { addressText } from "./broker-addresses.ts";
import type { BrokerAddress } from "./broker-addresses.ts";
import { captureBroker } from "./captured-cluster.ts";
import type { CapturedBroker } from "./captured-cluster.ts";
import { connectionFailure } from "./connection-failure.ts";
import { kafkaError } from "./kafka-errors.ts";
import type { KafkajsConfig } from "./kafkajs-config.ts";
import { kafkaApis } from "./protocol/kafka-request.ts";
import type { KafkaRequest } from "./protocol/kafka-request.ts";

/**
 * One node of Kafka and the sockets to it (kafkajs has one for fetches and one for all else). Once a socket is lost or a
 * request stays unanswered, all sockets are ended, all that is pending is rejected, and the object is of no more use.
 */
export class Broker {
  readonly address: BrokerAddress;
  readonly #text: string;
  readonly #config: KafkajsConfig;
  readonly #sockets = new Set<Socket>();
  readonly #pending = new Set<(error: TransportError) => void>();
  #captured: Promise<CapturedBroker> | undefined;
  #ended: TransportError | undefined;
  /** When the node last answered, by the process's own clock. */
  answeredAt = 0;

  constructor(address: BrokerAddress, config: KafkajsConfig) {
    this.address = address;
    this.#text = addressText(address);
    this.#config = config;
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Connects within `timeoutMs`; later calls get the outcome of the first. */
  async connect(timeoutMs: number): Promise<void> {
    this.#captured ??= this.#settle(this.#open(), timeoutMs, "connecting");
    await this.#captured;
  }

  /** Sends a request and reads its answer. Rejects with a {@link TransportError} when none comes within `timeoutMs`. */
  async request<Answer>(request: KafkaRequest<Answer>, timeoutMs: number): Promise<Answer> {
    if (this.#captured === undefined) throw kafkaError("NETWORK_EXCEPTION", `${this.#text} is not connected`);
    const captured = await this.#captured;
    return this.#settle(captured.send(request), timeoutMs, request.api.name);
  }

  /** Ends all sockets at once and rejects what is pending. */
  end(error: TransportError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    for (const reject of this.#pending) reject(error);
    // kafkajs tidies up a socket when it hears of an error, and only then.
    for (const socket of this.#sockets) socket.destroy(new Error("given up"));
  }

  async #open(): Promise<CapturedBroker> {
    const { logLevel: level, logCreator, sasl, ...config } = this.#config;
    const captured = await captureBroker(
      {
        ...config,
        brokers: [],
        // kafkajs writes into this object.
        ...(sasl === undefined ? {} : { sasl: { ...sasl } }),
        enforceRequestTimeout: false,
        socketFactory: this.#socketFactory(config.socketFactory ?? openSocket),
        logLevel: level ?? kafkajs.logLevel.NOTHING,
        ...(logCreator !== undefined ? { logCreator } : level === undefined ? { logCreator: () => () => {} } : {}),
      },
      this.address,
    );
    await captured.connect();
    checkVersions(captured, this.#text);
    return captured;
  }

  #socketFactory(make: ISocketFactory): ISocketFactory {
    return (options) => {
      if (this.#ended !== undefined) throw this.#ended;
      const socket = make(options);
      this.#sockets.add(socket);
      socket.once("close", () => {
        this.#sockets.delete(socket);
        this.end(kafkaError("NETWORK_EXCEPTION", `The connection to ${this.#text} was closed`));
      });
      return socket;
    };
  }

  /** The outcome of `work`, or why it has none: too late, or the sockets were ended. */
  #settle<Outcome>(work: Promise<Outcome>, timeoutMs: number, what: string): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const settled = (): void => {
        clearTimeout(timer);
        this.#pending.delete(fail);
      };
      const fail = (error: TransportError | UnsupportedError): void => {
        settled();
        reject(error);
      };
      const timer = setTimeout(() => {
        fail(kafkaError("REQUEST_TIMED_OUT", `${what}: no answer of ${this.#text} in ${timeoutMs} ms`));
        this.end(kafkaError("NETWORK_EXCEPTION", `${this.#text} did not answer in ${timeoutMs} ms`));
      }, timeoutMs);
      this.#pending.add(fail);
      if (this.#ended !== undefined) fail(this.#ended);
      work.then(
        (outcome) => {
          settled();
          this.answeredAt = performance.now();
          resolve(outcome);
        },
        (cause: unknown) => {
          const error = connectionFailure(cause, `${what}: ${this.#text}`, this.#config.sasl?.mechanism);
          fail(error);
          this.end(kafkaError("NETWORK_EXCEPTION", `The connection to ${this.#text} failed`, { cause }));
        },
      );
    });
  }
}

/** As kafkajs makes a socket, without waiting to fill packets. */
const openSocket: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const tls = typeof ssl === "object" ? ssl : {};
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const socket = ssl
    ? connectTls({ host, port, ...servername, ...tls }, onConnect)
    : connectTcp({ host, port }, onConnect);
  return socket.setKeepAlive(true, 60_000).setNoDelay(true);
};

function checkVersions(captured: CapturedBroker, host: string): void {
  const versions = captured.versions();
  for (const { name, key, version } of Object.values(kafkaApis)) {
    const range = versions?.[key];
    if (range !== undefined && range.minVersion <= version && version <= range.maxVersion) continue;
    throw new UnsupportedError(
      `Kafka at ${host} does not speak ${name} version ${version}: Kafka 2.4 or later is needed`,
    );
  }
}
