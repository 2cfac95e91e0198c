import { kafkaError } from "@dataqueues/core";
import type { TransportError } from "@dataqueues/core";
import { Broker } from "./broker.ts";
import { addressText } from "./broker-addresses.ts";
import type { BrokerAddress } from "./broker-addresses.ts";
import { defaultConnectionTimeoutMs, maxResponseBytes } from "./kafkajs-config.ts";
import type { KafkajsConfig } from "./kafkajs-config.ts";
import type { CheckedTopic, LeaderDoubts } from "./leader-doubts.ts";
import type { KafkaRequest } from "./protocol/kafka-request.ts";
import { metadataRequest } from "./protocol/metadata.ts";
import type { ClusterMetadata } from "./protocol/metadata.ts";
import { reachFirst } from "./reach-first.ts";

/**
 * The brokers of a cluster by their ids, from the last metadata. Connections are kept by address, so that an id never
 * stands for another broker's socket, and a broker that moved is found at its new address.
 */
export class Cluster {
  readonly requestTimeout: number;
  readonly checkCrcs: boolean;
  readonly maxResponseBytes: number;
  readonly #bootstrap: readonly BrokerAddress[];
  readonly #config: KafkajsConfig;
  readonly #connectionTimeout: number;
  readonly #doubts: LeaderDoubts;
  readonly #brokers = new Map<string, Broker>();
  #addresses = new Map<number, BrokerAddress>();
  #controller = -1;
  /** Hosts whose metadata requests failed since one last succeeded; other hosts are asked before these. */
  readonly #failed = new Set<string>();
  #closed: TransportError | undefined;

  /** @param doubts - what earlier connections of the same transport doubted */
  constructor(bootstrap: readonly BrokerAddress[], config: KafkajsConfig, doubts: LeaderDoubts) {
    this.#bootstrap = bootstrap;
    this.#config = config;
    this.#connectionTimeout = config.connectionTimeout ?? defaultConnectionTimeoutMs;
    this.#doubts = doubts;
    this.requestTimeout = config.requestTimeout ?? 30_000;
    this.checkCrcs = config.checkCrcs ?? true;
    this.maxResponseBytes = maxResponseBytes(config);
  }

  /** The connected broker that responded last. */
  get latest(): Broker | undefined {
    const [latest] = [...this.#brokers.values()]
      .filter((broker) => !broker.ended && broker.lastResponseAt > 0)
      .sort((one, other) => other.lastResponseAt - one.lastResponseAt);
    return latest;
  }

  /** Any broker: the one that responded last, or else the first that can be reached. */
  async anyBroker(): Promise<Broker> {
    const { latest } = this;
    const hasFailed = (address: BrokerAddress): boolean => this.#failed.has(addressText(address));
    if (latest !== undefined && !hasFailed(latest.address)) return latest;
    const all = [...this.#addresses.values(), ...this.#bootstrap];
    return this.#reachFirst([...all.filter((address) => !hasFailed(address)), ...all.filter(hasFailed)]);
  }

  async broker(id: number): Promise<Broker> {
    if (!this.#addresses.has(id)) await this.metadata([]);
    const address = this.#addresses.get(id);
    if (address === undefined)
      throw kafkaError("BROKER_NOT_AVAILABLE", `Kafka's broker ${id} is not known to the others`);
    return this.#reach(address, this.#connectionTimeout);
  }

  /** All brokers, as metadata has them now. */
  async allBrokers(): Promise<Broker[]> {
    await this.metadata([]);
    return Promise.all([...this.#addresses.keys()].map((id) => this.broker(id)));
  }

  /** The broker that creates and deletes topics. */
  async controller(): Promise<Broker> {
    if (this.#controller < 0) await this.metadata([]);
    return this.#controller < 0 ? this.anyBroker() : this.broker(this.#controller);
  }

  /** Asks about topics (about all when undefined), and learns where the brokers are. */
  async metadata(topics: readonly string[] | undefined, allowAutoTopicCreation = false): Promise<CheckedTopic[]> {
    const broker = (await this.#undoubtedBroker()) ?? (await this.anyBroker());
    const metadata = await this.#ask(broker, metadataRequest(topics, allowAutoTopicCreation));
    this.#addresses = new Map(metadata.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
    this.#controller = metadata.controllerId;
    const source = { broker: this.idOf(broker.address), alone: metadata.brokers.length === 1 };
    return metadata.topics.map((topic) => this.#doubts.check(topic, source));
  }

  /**
   * Call this when `leader` does not know the epoch that it was asked with. The next metadata is then asked of another broker,
   * which knows whether this one was cut off.
   */
  doubt(leader: number, topic: string, partition: number): void {
    this.#doubts.doubt(leader, topic, partition);
  }

  /** Makes the next request for the controller ask which broker that is. */
  forgetController(): void {
    this.#controller = -1;
  }

  /** The id of the broker at an address; undefined for an address that no broker advertises. */
  idOf(address: BrokerAddress): number | undefined {
    const text = addressText(address);
    const [known] = [...this.#addresses].find(([, own]) => addressText(own) === text) ?? [];
    return known;
  }

  close(error: TransportError): void {
    this.#closed ??= error;
    for (const broker of this.#brokers.values()) broker.end(error);
    this.#brokers.clear();
  }

  /** A broker's metadata. If it gives none, or none of use, the others are asked before it the next time. */
  async #ask(broker: Broker, request: KafkaRequest<ClusterMetadata>): Promise<ClusterMetadata> {
    const host = addressText(broker.address);
    try {
      const metadata = await broker.request(request, this.requestTimeout);
      // A broker that is about to stop, or does not know the others yet, responds with an empty list.
      if (metadata.brokers.length === 0) {
        throw kafkaError("BROKER_NOT_AVAILABLE", `Metadata at ${host}`, { why: "it names no broker, not even itself" });
      }
      this.#failed.clear();
      return metadata;
    } catch (error) {
      this.#failed.add(host);
      throw error;
    }
  }

  /** Another broker than the doubted one, if one is doubted and another can be reached. */
  async #undoubtedBroker(): Promise<Broker | undefined> {
    const { doubtedBroker } = this.#doubts;
    if (doubtedBroker === undefined) return undefined;
    const others = [...this.#addresses].filter(([id]) => id !== doubtedBroker).map(([, address]) => address);
    if (others.length === 0) return undefined;
    this.#doubts.doubtedBroker = undefined;
    return this.#reachFirst(others).catch(() => undefined);
  }

  #reachFirst(addresses: readonly BrokerAddress[]): Promise<Broker> {
    return reachFirst(addresses, {
      timeoutMs: this.#connectionTimeout,
      reach: (address, timeoutMs) => this.#reach(address, timeoutMs),
      isClosed: () => this.#closed !== undefined,
    });
  }

  async #reach(address: BrokerAddress, timeoutMs: number): Promise<Broker> {
    if (this.#closed !== undefined) throw this.#closed;
    const text = addressText(address);
    let broker = this.#brokers.get(text);
    if (broker === undefined || broker.ended) {
      broker = new Broker(address, this.#config);
      this.#brokers.set(text, broker);
    }
    await broker.connect(Math.ceil(timeoutMs));
    return broker;
  }
}
