import type { TopicPartition } from "./record.ts";

/** What a consumer reads: whole topics, or exact partitions. */
export class Assignment {
  readonly topics: readonly string[];
  readonly #pairs: ReadonlySet<string> | undefined;

  private constructor(topics: Iterable<string>, pairs?: ReadonlySet<string>) {
    this.topics = [...new Set(topics)];
    this.#pairs = pairs;
  }

  /** All partitions of these topics, those they have now and those they get later. */
  static ofTopics(topics: Iterable<string>): Assignment {
    return new Assignment(topics);
  }

  /** Exactly these partitions. */
  static ofPartitions(pairs: readonly TopicPartition[]): Assignment {
    return new Assignment(
      pairs.map(([topic]) => topic),
      new Set(pairs.map(([topic, partition]) => keyOf(topic, partition))),
    );
  }

  /** Whether `found` names all partitions that were asked for one by one. */
  isCoveredBy(found: ReadonlyMap<string, unknown>): boolean {
    return this.#pairs === undefined || [...this.#pairs].every((key) => found.has(key));
  }

  has(topic: string, partition: number): boolean {
    return this.#pairs === undefined ? this.topics.includes(topic) : this.#pairs.has(keyOf(topic, partition));
  }
}

/** One string for a partition of a topic; a topic's name has no slash. */
export function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
