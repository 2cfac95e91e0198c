import { kafkaError } from "@dataqueues/core";
import type { MetadataOptions, PartitionMetadata, TopicMetadata, TransportError } from "@dataqueues/core";

import type { LogClient } from "./log-client.ts";
import { RequestBatcher } from "./request-batcher.ts";

/** Who leads a partition. Two leaders are the same while their `generation` is. */
export interface PartitionLeader {
  readonly topicId: string | undefined;
  readonly leader: number;
  readonly leaderEpoch: number | undefined;
  /** Set where there is no leader. */
  readonly error: TransportError | undefined;
  /** Another number for each leader, and for each topic of the same name. */
  readonly generation: number;
}

/** What is known of a topic that exists. */
interface KnownTopic {
  readonly leaders: ReadonlyMap<number, PartitionLeader>;
  /** `performance.now()` after which it is asked for again. */
  expiresAt: number;
}

/** How long leaders count while some partition has none. */
const troubleMaxAgeMs = 250;

/** How metadata are shared. */
export interface MetadataCacheOptions {
  /** How long a leader counts as one. */
  readonly maxAgeMs: number;
  /** The same topic is asked for this long after the last time at the earliest. */
  readonly intervalMs: number;
  /** Called when a partition has another leader, or does not exist any more, or belongs to another topic of this name. */
  readonly onChange: (topic: string, partition: number) => void;
}

/** Topics and leaders, asked for once for all viewers. Leaders are kept, and asked for again when they are old or proved wrong. */
export class MetadataCache {
  readonly #client: LogClient<"read">;
  readonly #options: MetadataCacheOptions;
  readonly #named: RequestBatcher<string, TopicMetadata>;
  readonly #all: RequestBatcher<"all", TopicMetadata[]>;
  readonly #known = new Map<string, KnownTopic>();
  #generation = 0;

  constructor(client: LogClient<"read">, options: MetadataCacheOptions) {
    this.#client = client;
    this.#options = options;
    const { intervalMs } = options;
    this.#all = new RequestBatcher({ intervalMs, keyOf: (all) => all, ask: () => [this.#ask(undefined)] });
    this.#named = new RequestBatcher({
      intervalMs,
      keyOf: (topic) => topic,
      ask: (topics) => {
        const asked = this.#ask(topics);
        return topics.map(async (topic, index) => (await asked)[index] ?? unknownTopic(topic));
      },
    });
  }

  /** Topics as the log tells them now, in the order asked for; of all topics when none is named. */
  async metadata(topics: readonly string[] | undefined, options: MetadataOptions = {}): Promise<TopicMetadata[]> {
    if (topics === undefined) return (await this.#all.ask(["all"])).flat();
    // Nobody else may get a topic created.
    return options.allowAutoTopicCreation === true ? this.#ask(topics, options) : this.#named.ask(topics);
  }

  /** Who leads a partition, or why nobody does. Rejects when the log does not answer. */
  async leaderOf(topic: string, partition: number): Promise<PartitionLeader | TransportError> {
    const isFresh = (this.#known.get(topic)?.expiresAt ?? 0) > performance.now();
    const [answer] = isFresh ? [] : await this.#named.ask([topic]);
    if (answer?.error !== undefined) return answer.error;
    const leader = this.known(topic, partition);
    return leader === undefined ? unknownPartition(topic, partition) : (leader.error ?? leader);
  }

  /** Who leads a partition, as far as it is known now. */
  known(topic: string, partition: number): PartitionLeader | undefined {
    return this.#known.get(topic)?.leaders.get(partition);
  }

  /** A topic's leaders proved wrong: they are asked for again when they are needed. */
  expire(topic: string): void {
    const known = this.#known.get(topic);
    if (known !== undefined) known.expiresAt = 0;
  }

  async #ask(topics: readonly string[] | undefined, options?: MetadataOptions): Promise<TopicMetadata[]> {
    const answers = await this.#client.requestOrReconnect("metadata", (connection) =>
      connection.metadata(topics, options),
    );
    for (const answer of answers) this.#accept(answer);
    if (topics === undefined) return answers;
    const byTopic = new Map(answers.map((answer) => [answer.topic, answer]));
    return topics.map((topic) => byTopic.get(topic) ?? unknownTopic(topic));
  }

  /** Takes over who leads a topic's partitions, and reports what has changed. */
  #accept(answer: TopicMetadata): void {
    const { topic } = answer;
    const before = this.#known.get(topic)?.leaders ?? new Map<number, PartitionLeader>();
    if (answer.error !== undefined) {
      if (answer.error.code !== "UNKNOWN_TOPIC_OR_PARTITION") return;
      this.#known.delete(topic);
      for (const partition of before.keys()) this.#options.onChange(topic, partition);
      return;
    }
    const { topicId, partitions } = answer;
    const leaders = new Map(
      partitions.map((told) => [told.partition, this.#leaderFrom(topicId, told, before.get(told.partition))]),
    );
    const { maxAgeMs, onChange } = this.#options;
    const isTrouble = partitions.length === 0 || partitions.some(({ leader }) => leader < 0);
    const lifetimeMs = isTrouble ? Math.min(troubleMaxAgeMs, maxAgeMs) : maxAgeMs;
    this.#known.set(topic, { leaders, expiresAt: performance.now() + lifetimeMs });
    for (const [partition, { generation }] of before) {
      if (leaders.get(partition)?.generation !== generation) onChange(topic, partition);
    }
  }

  #leaderFrom(
    topicId: string | undefined,
    { leader, leaderEpoch, error, partition }: PartitionMetadata,
    before: PartitionLeader | undefined,
  ): PartitionLeader {
    if (before !== undefined && topicId === before.topicId) {
      const isSame = leader === before.leader && leaderEpoch === before.leaderEpoch;
      // A broker that is behind the others tells what was before.
      const isOlder = topicId !== undefined && (leaderEpoch ?? 0) < (before.leaderEpoch ?? 0);
      if (isSame || isOlder) return before;
    }
    const noLeader = leader < 0 ? (error ?? kafkaError("LEADER_NOT_AVAILABLE", `partition ${partition}`)) : undefined;
    this.#generation += 1;
    return { topicId, leader, leaderEpoch, error: noLeader, generation: this.#generation };
  }
}

function unknownTopic(topic: string): TopicMetadata {
  return { topic, error: kafkaError("UNKNOWN_TOPIC_OR_PARTITION", `topic ${topic}`, { topic }) };
}

function unknownPartition(topic: string, partition: number): TransportError {
  return kafkaError("UNKNOWN_TOPIC_OR_PARTITION", `${topic}[${partition}]`, { topic, partition });
}
