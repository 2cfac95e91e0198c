import { kafkaError } from "@dataqueues/core";
import type { MetadataOptions, PartitionMetadata, TopicMetadata, TransportError } from "@dataqueues/core";

import type { LogClient } from "./log-client.ts";

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

interface Entry {
  readonly answer: Promise<TopicMetadata>;
  /** `performance.now()` after which it is asked for again. */
  expiresAt: number;
}

/** How long an answer counts that is likely to change soon: no such topic, or no leader. */
const troubleMaxAgeMs = 250;

/** How many topics may be remembered: names that do not exist are asked for too. */
const mostTopics = 1_000;

/** Topics and leaders, asked for once for all viewers, and again when they are old or proved wrong. */
export class MetadataCache {
  readonly #client: LogClient<"read">;
  readonly #maxAgeMs: number;
  /** Called when a partition has another leader, or does not exist any more, or belongs to another topic of this name. */
  readonly #onChange: (topic: string, partition: number) => void;
  readonly #topics = new Map<string, Entry>();
  #all: { readonly answer: Promise<TopicMetadata[]>; expiresAt: number } | undefined;
  readonly #leaders = new Map<string, Map<number, PartitionLeader>>();
  #generation = 0;

  constructor(client: LogClient<"read">, maxAgeMs: number, onChange: (topic: string, partition: number) => void) {
    this.#client = client;
    this.#maxAgeMs = maxAgeMs;
    this.#onChange = onChange;
  }

  /** Topics as the log tells them, in the order asked for; of all topics when none is named. */
  metadata(topics: readonly string[] | undefined, options: MetadataOptions = {}): Promise<TopicMetadata[]> {
    if (topics === undefined) return this.#allTopics();
    // What a viewer wants created is not in the cache.
    if (options.allowAutoTopicCreation === true) return this.#ask(topics, options);
    const now = performance.now();
    const missing = [...new Set(topics)].filter((topic) => (this.#topics.get(topic)?.expiresAt ?? 0) <= now);
    if (missing.length > 0) this.#refresh(missing);
    return Promise.all(topics.map(async (topic) => this.#topics.get(topic)?.answer ?? unknownTopic(topic)));
  }

  /** Who leads a partition, or why nobody does. Rejects when the log does not answer. */
  async leaderOf(topic: string, partition: number): Promise<PartitionLeader | TransportError> {
    const [answer = unknownTopic(topic)] = await this.metadata([topic]);
    if (answer.error !== undefined) return answer.error;
    const leader = this.known(topic, partition);
    return leader === undefined ? unknownPartition(topic, partition) : (leader.error ?? leader);
  }

  /** Who leads a partition, as far as it is known now. */
  known(topic: string, partition: number): PartitionLeader | undefined {
    return this.#leaders.get(topic)?.get(partition);
  }

  /** A topic's metadata proved wrong: it is asked for again when it is needed. */
  expire(topic: string): void {
    const entry = this.#topics.get(topic);
    if (entry !== undefined && entry.expiresAt !== Infinity) this.#topics.delete(topic);
    if (this.#all?.expiresAt !== Infinity) this.#all = undefined;
  }

  #refresh(topics: readonly string[]): void {
    const asked = this.#ask(topics);
    for (const topic of topics) {
      const answer = asked.then((answers) => answers.find((one) => one.topic === topic) ?? unknownTopic(topic));
      const entry: Entry = { answer, expiresAt: Infinity };
      this.#topics.set(topic, entry);
      answer.then(
        (told) => {
          entry.expiresAt = performance.now() + this.#lifetimeOf(told);
        },
        () => {
          if (this.#topics.get(topic) === entry) this.#topics.delete(topic);
        },
      );
    }
    this.#forgetExpired();
  }

  #allTopics(): Promise<TopicMetadata[]> {
    if (this.#all !== undefined && this.#all.expiresAt > performance.now()) return this.#all.answer;
    const all = { answer: this.#ask(undefined), expiresAt: Infinity };
    this.#all = all;
    all.answer.then(
      () => {
        all.expiresAt = performance.now() + this.#maxAgeMs;
      },
      () => {
        if (this.#all === all) this.#all = undefined;
      },
    );
    return all.answer;
  }

  async #ask(topics: readonly string[] | undefined, options?: MetadataOptions): Promise<TopicMetadata[]> {
    const answers = await this.#client.requestOrReconnect("metadata", (connection) =>
      connection.metadata(topics, options),
    );
    for (const answer of answers) this.#accept(answer);
    return answers;
  }

  /** Takes over who leads a topic's partitions, and reports what has changed. */
  #accept({ topic, topicId, partitions, error }: TopicMetadata & { readonly topicId?: string | undefined }): void {
    const before = this.#leaders.get(topic) ?? new Map<number, PartitionLeader>();
    if (error !== undefined) {
      if (error.code !== "UNKNOWN_TOPIC_OR_PARTITION") return;
      this.#leaders.delete(topic);
      for (const partition of before.keys()) this.#onChange(topic, partition);
      return;
    }
    const now = new Map(
      partitions.map((told) => [told.partition, this.#leaderFrom(topicId, told, before.get(told.partition))]),
    );
    this.#leaders.set(topic, now);
    for (const [partition, { generation }] of before) {
      if (now.get(partition)?.generation !== generation) this.#onChange(topic, partition);
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

  #lifetimeOf({ error, partitions = [] }: TopicMetadata): number {
    const isTrouble = error !== undefined || partitions.length === 0 || partitions.some(({ leader }) => leader < 0);
    return isTrouble ? Math.min(troubleMaxAgeMs, this.#maxAgeMs) : this.#maxAgeMs;
  }

  #forgetExpired(): void {
    if (this.#topics.size <= mostTopics) return;
    const now = performance.now();
    for (const [topic, { expiresAt }] of this.#topics) {
      if (expiresAt <= now) this.#topics.delete(topic);
    }
  }
}

function unknownTopic(topic: string): TopicMetadata {
  return { topic, error: kafkaError("UNKNOWN_TOPIC_OR_PARTITION", `topic ${topic}`, { topic }) };
}

function unknownPartition(topic: string, partition: number): TransportError {
  return kafkaError("UNKNOWN_TOPIC_OR_PARTITION", `${topic}[${partition}]`, { topic, partition });
}
