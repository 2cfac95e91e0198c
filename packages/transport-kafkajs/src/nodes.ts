import { TransportError } from "@dataqueues/core";
import { Broker } from "./broker.ts";
import { addressText } from "./broker-addresses.ts";
import type { BrokerAddress } from "./broker-addresses.ts";
import { kafkaError } from "./kafka-errors.ts";
import { maxResponseBytes } from "./kafkajs-config.ts";
import type { KafkajsConfig } from "./kafkajs-config.ts";
import type { LeaderEpochs } from "./leader-epochs.ts";
import type { KafkaRequest } from "./protocol/kafka-request.ts";
import { metadataRequest } from "./protocol/metadata.ts";
import type { ClusterMetadata } from "./protocol/metadata.ts";

/** How long one address is tried before another is tried beside it, at most. */
const headStartMs = 500;

/**
 * The nodes of a cluster by their ids, as the last metadata told them. Connections are kept by address, so a node id never
 * stands for another node's socket, and a node that moved is found at its new place.
 */
export class Nodes {
  readonly #bootstrap: readonly BrokerAddress[];
  readonly #config: KafkajsConfig;
  readonly #connectionTimeout: number;
  readonly requestTimeout: number;
  readonly checkCrcs: boolean;
  readonly epochs: LeaderEpochs;
  readonly maxResponseBytes: number;
  readonly #brokers = new Map<string, Broker>();
  #addresses = new Map<number, BrokerAddress>();
  #controller = -1;
  /** A node that may be cut off from the others, of which another one is to be asked. */
  #doubted: number | undefined;
  /** Where metadata was asked for in vain since it was last had: other nodes are asked before these. */
  readonly #failed = new Set<string>();
  #closed: TransportError | undefined;

  /** @param epochs - what earlier connections learned of the leaders */
  constructor(bootstrap: readonly BrokerAddress[], config: KafkajsConfig, epochs: LeaderEpochs) {
    this.epochs = epochs;
    this.#bootstrap = bootstrap;
    this.#config = config;
    this.#connectionTimeout = config.connectionTimeout ?? 10_000;
    this.requestTimeout = config.requestTimeout ?? 30_000;
    this.checkCrcs = config.checkCrcs ?? true;
    this.maxResponseBytes = maxResponseBytes(config);
  }

  /** The node that answered last, while it is connected. */
  get latest(): Broker | undefined {
    const [latest] = [...this.#brokers.values()]
      .filter((broker) => !broker.ended && broker.answeredAt > 0)
      .sort((one, other) => other.answeredAt - one.answeredAt);
    return latest;
  }

  /** Some node: the one that answered last, or else the first that can be reached. */
  async any(): Promise<Broker> {
    const { latest } = this;
    const hasFailed = (address: BrokerAddress): boolean => this.#failed.has(addressText(address));
    if (latest !== undefined && !hasFailed(latest.address)) return latest;
    const all = [...this.#addresses.values(), ...this.#bootstrap];
    return this.#reachFirst([...all.filter((address) => !hasFailed(address)), ...all.filter(hasFailed)]);
  }

  async node(id: number): Promise<Broker> {
    if (!this.#addresses.has(id)) await this.metadata([]);
    const address = this.#addresses.get(id);
    if (address === undefined)
      throw kafkaError("BROKER_NOT_AVAILABLE", `Kafka's node ${id} is not known to the others`);
    return this.#reach(address, this.#connectionTimeout);
  }

  /** The node that creates and deletes topics. */
  async controller(): Promise<Broker> {
    if (this.#controller < 0) await this.metadata([]);
    return this.#controller < 0 ? this.any() : this.node(this.#controller);
  }

  /** Asks about topics (of all when undefined) and learns where the nodes are. */
  async metadata(topics: readonly string[] | undefined, allowAutoTopicCreation = false): Promise<ClusterMetadata> {
    const broker = (await this.#another()) ?? (await this.any());
    const metadata = await this.#ask(broker, metadataRequest(topics, allowAutoTopicCreation));
    this.#addresses = new Map(metadata.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
    this.#controller = metadata.controllerId;
    // A node that knows no other is all that there is. The address of the first connection may not be what nodes tell.
    const asked = this.idOf(broker.address);
    const isWitness = (leader: number): boolean =>
      metadata.brokers.length === 1 || (asked !== undefined && asked !== leader);
    if (topics !== undefined) for (const topic of metadata.topics) this.epochs.learn(topic, isWitness);
    return metadata;
  }

  /** Queries with the newest epochs of the partitions' leaders. */
  withEpochs<Query extends { readonly topic: string; readonly partition: number }>(
    queries: readonly Query[],
  ): (Query & { readonly leaderEpoch: number })[] {
    return queries.map((query) => ({ ...query, leaderEpoch: this.epochs.of(query.topic, query.partition) }));
  }

  /**
   * To be told when a leader does not know the epoch that it was asked with: the next metadata is asked of another node,
   * which knows whether it is cut off from the others.
   */
  doubt(leader: number, topic: string, partition: number): void {
    this.#doubted = leader;
    this.epochs.doubt(topic, partition);
  }

  /** Makes the next request for the controller ask who it is. */
  forgetController(): void {
    this.#controller = -1;
  }

  close(error: TransportError): void {
    this.#closed ??= error;
    for (const broker of this.#brokers.values()) broker.end(error);
    this.#brokers.clear();
  }

  /** A node's answer; one that gives none, or none of use, is asked after the others the next time. */
  async #ask(broker: Broker, request: KafkaRequest<ClusterMetadata>): Promise<ClusterMetadata> {
    const host = addressText(broker.address);
    try {
      const metadata = await broker.request(request, this.requestTimeout);
      // As a node says that is about to close the connection, or does not know the others yet.
      if (metadata.brokers.length === 0) {
        throw kafkaError("BROKER_NOT_AVAILABLE", `Metadata at ${host}`, { why: "it names no node, not even itself" });
      }
      this.#failed.clear();
      return metadata;
    } catch (error) {
      this.#failed.add(host);
      throw error;
    }
  }

  /** Another node than the doubted one, if one is and another can be reached. */
  async #another(): Promise<Broker | undefined> {
    const doubted = this.#doubted;
    if (doubted === undefined) return undefined;
    this.#doubted = undefined;
    const others = [...this.#addresses].filter(([id]) => id !== doubted).map(([, address]) => address);
    if (others.length === 0) return undefined;
    return this.#reachFirst(others).catch(() => undefined);
  }

  /** The id of the node at an address; the addresses to begin with may be others than what nodes tell. */
  idOf(address: BrokerAddress): number | undefined {
    const text = addressText(address);
    const [known] = [...this.#addresses].find(([, own]) => addressText(own) === text) ?? [];
    return known;
  }

  /**
   * Tries addresses, each as soon as the one before has failed or has taken long; the first that can be reached is it.
   * All have the connection timeout together. A refused login is not tried elsewhere.
   */
  #reachFirst(addresses: readonly BrokerAddress[]): Promise<Broker> {
    const candidates = [...new Map(addresses.map((address) => [addressText(address), address])).values()];
    const deadline = performance.now() + this.#connectionTimeout;
    const headStart = Math.min(headStartMs, this.#connectionTimeout / (candidates.length + 1));
    const untried = candidates.values();
    const failures: Error[] = [];
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      let settled = false;
      const settle = (outcome: () => void): void => {
        settled = true;
        clearTimeout(timer);
        outcome();
      };
      const tryNext = (): void => {
        clearTimeout(timer);
        const { value: address } = untried.next();
        if (address === undefined) return;
        timer = setTimeout(tryNext, headStart);
        this.#reach(address, Math.max(1, deadline - performance.now())).then(
          (broker) => settle(() => resolve(broker)),
          (error: unknown) => {
            if (settled) return;
            const elsewhere = this.#closed === undefined && error instanceof TransportError && error.retriable;
            if (!elsewhere) return settle(() => reject(error));
            failures.push(error);
            if (failures.length === candidates.length) return settle(() => reject(unreachable(candidates, failures)));
            tryNext();
          },
        );
      };
      tryNext();
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

function unreachable(addresses: readonly BrokerAddress[], failures: readonly Error[]): Error {
  const [only] = failures;
  if (failures.length === 1 && only !== undefined) return only;
  const hosts = addresses.map(addressText).join(", ");
  return kafkaError("NETWORK_EXCEPTION", `None of Kafka's hosts ${hosts} can be reached`, {
    why: failures.map((failure) => failure.message).join("; "),
    cause: new AggregateError(failures),
  });
}
