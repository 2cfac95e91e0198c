import { TransportError } from "../contract/errors.ts";
import type { NetworkClient } from "../shared/network-client.ts";
import { partitionKey } from "../contract/record.ts";
import type { PartitionMetadata } from "../contract/transport.ts";

/** What is known of one topic, and since when (`performance.now()`). */
interface Entry {
  readonly partitions: readonly PartitionMetadata[];
  readonly since: number;
}

/** Partitions and leaders of topics, asked for again when they are old or proved wrong. */
export class MetadataCache {
  readonly #client: NetworkClient<"write">;
  readonly #maxAgeMs: number;
  readonly #allowAutoTopicCreation: boolean;
  readonly #entries = new Map<string, Entry>();
  readonly #leaders = new Map<string, number>();
  readonly #pending = new Map<string, Promise<readonly PartitionMetadata[]>>();

  /** @param allowAutoTopicCreation - whether the log may create topics that are asked for */
  constructor(client: NetworkClient<"write">, maxAgeMs: number, allowAutoTopicCreation: boolean) {
    this.#client = client;
    this.#maxAgeMs = maxAgeMs;
    this.#allowAutoTopicCreation = allowAutoTopicCreation;
  }

  /** Whether the log was ever reached. */
  get reached(): boolean {
    return this.#client.reached;
  }

  /** The partitions, if they are known; old metadata is given too, and refreshed in the background. */
  partitions(topic: string): readonly PartitionMetadata[] | undefined {
    const entry = this.#entries.get(topic);
    if (entry !== undefined && performance.now() - entry.since > this.#maxAgeMs) {
      this.refresh(topic).catch(() => undefined);
    }
    return entry?.partitions;
  }

  /** Asks the log; rejects with its error when it does not know the topic. Concurrent calls share one request. */
  refresh(topic: string): Promise<readonly PartitionMetadata[]> {
    const pending = this.#pending.get(topic) ?? this.#ask(topic).finally(() => this.#pending.delete(topic));
    this.#pending.set(topic, pending);
    return pending;
  }

  async #ask(topic: string): Promise<readonly PartitionMetadata[]> {
    const options = { allowAutoTopicCreation: this.#allowAutoTopicCreation };
    const answers = await this.#client.requestOrReconnect("metadata", (connection) =>
      connection.metadata([topic], options),
    );
    const answer = answers.find((one) => one.topic === topic);
    // A topic that is being created may have none yet.
    if (answer?.partitions !== undefined && answer.partitions.length > 0) {
      // A log lists them in any order; sends without a key go from one to the next.
      const partitions = [...answer.partitions].sort((one, other) => one.partition - other.partition);
      this.#reportLeaders(topic, partitions);
      this.#entries.set(topic, { partitions, since: performance.now() });
      return partitions;
    }
    throw answer?.error ?? unknownTopic(topic);
  }

  /** Reports the partitions that have another leader than before. */
  #reportLeaders(topic: string, partitions: readonly PartitionMetadata[]): void {
    for (const { partition, leader } of partitions) {
      if (leader < 0) continue;
      const key = partitionKey(topic, partition);
      const from = this.#leaders.get(key) ?? leader;
      if (from !== leader) this.#client.onEvent({ type: "leaderChanged", topic, partition, from, to: leader });
      this.#leaders.set(key, leader);
    }
  }
}

function unknownTopic(topic: string): TransportError {
  return new TransportError(`topic ${topic} is not known to the log`, {
    code: "UNKNOWN_TOPIC_OR_PARTITION",
    retriable: true,
    topic,
  });
}
