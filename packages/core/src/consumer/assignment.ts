import { topicNames, topicPartitions } from "../shared/check-topics.ts";
import { partitionKey } from "../contract/record.ts";
import type { TopicPartition } from "../contract/record.ts";

/** What a consumer reads: whole topics, or exact partitions. */
export class Assignment {
  readonly topics: readonly string[];
  readonly #pairs: ReadonlyMap<string, TopicPartition> | undefined;

  private constructor(topics: Iterable<string>, pairs?: ReadonlyMap<string, TopicPartition>) {
    this.topics = [...new Set(topics)];
    this.#pairs = pairs;
  }

  /** All partitions of these topics, those they have now and those they get later. */
  static ofTopics(topics: string | Iterable<string>): Assignment {
    return new Assignment(topicNames("topics", topics));
  }

  /** Exactly these partitions. */
  static ofPartitions(partitions: Iterable<TopicPartition>): Assignment {
    const pairs = topicPartitions("partitions", partitions);
    return new Assignment(
      pairs.map(([topic]) => topic),
      new Map(pairs.map((pair) => [partitionKey(...pair), pair])),
    );
  }

  /** The exact partitions that `found` does not have. */
  missingFrom(found: ReadonlyMap<string, unknown>): TopicPartition[] {
    return [...(this.#pairs ?? [])].flatMap(([key, pair]) => (found.has(key) ? [] : [pair]));
  }

  has(topic: string, partition: number): boolean {
    return this.#pairs === undefined ? this.topics.includes(topic) : this.#pairs.has(partitionKey(topic, partition));
  }
}
