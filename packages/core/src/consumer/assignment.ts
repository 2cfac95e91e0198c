import { partitionKey } from "../contract/record.ts";
import type { TopicPartition } from "../contract/record.ts";
import type { TopicMetadata } from "../contract/transport.ts";
import { topicNames, topicPartitions } from "../shared/check-topics.ts";
import type { PartitionOffset } from "./offset-spec.ts";

/** Topics by their names, one or several, or all whose name matches a pattern. */
export type TopicsSpec = string | Iterable<string> | RegExp;

/** What a consumer reads: whole topics, all topics that match a pattern, or exact partitions. */
export class Assignment {
  /** The topics that are named; none of a pattern. */
  readonly topics: readonly string[];
  readonly pattern: RegExp | undefined;
  readonly #topics: ReadonlySet<string>;
  readonly #pairs: ReadonlyMap<string, TopicPartition> | undefined;
  readonly #starts: ReadonlyMap<string, PartitionOffset> | undefined;

  private constructor(
    topics: Iterable<string>,
    pairs?: ReadonlyMap<string, TopicPartition>,
    pattern?: RegExp,
    starts?: ReadonlyMap<string, PartitionOffset>,
  ) {
    this.#topics = new Set(topics);
    this.topics = [...this.#topics];
    this.#pairs = pairs;
    this.#starts = starts;
    this.pattern = pattern;
  }

  /** All partitions of these topics, those they have now and those they get later. */
  static ofTopics(topics: TopicsSpec): Assignment {
    if (!(topics instanceof RegExp)) return new Assignment(topicNames("topics", topics));
    // With these flags a RegExp remembers where its last match ended.
    return new Assignment([], undefined, new RegExp(topics.source, topics.flags.replace(/[gy]/g, "")));
  }

  /**
   * Exactly these partitions.
   *
   * @param starts - where to start in partitions that are added, by {@link partitionKey}: the places that a group keeps
   */
  static ofPartitions(partitions: Iterable<TopicPartition>, starts?: ReadonlyMap<string, PartitionOffset>): Assignment {
    const pairs = topicPartitions("partitions", partitions);
    return new Assignment(
      pairs.map(([topic]) => topic),
      new Map(pairs.map((pair) => [partitionKey(...pair), pair])),
      undefined,
      starts,
    );
  }

  /** Whether a group gave these partitions. */
  get isOfGroup(): boolean {
    return this.#starts !== undefined;
  }

  /** Where to start in a partition, if a group says so. */
  startOf(topic: string, partition: number): PartitionOffset | undefined {
    return this.#starts?.get(partitionKey(topic, partition));
  }

  /** Whether nothing is read. */
  get isEmpty(): boolean {
    return this.pattern === undefined && this.topics.length === 0;
  }

  /** The metadata that concerns what is read. A pattern does not match internal topics. */
  relevant(answers: readonly TopicMetadata[]): TopicMetadata[] {
    return answers.filter(({ topic, isInternal }) => this.hasTopic(topic) && !(this.pattern && isInternal === true));
  }

  /** The exact partitions that `found` does not have. */
  missingFrom(found: ReadonlyMap<string, unknown>): TopicPartition[] {
    return [...(this.#pairs ?? [])].flatMap(([key, pair]) => (found.has(key) ? [] : [pair]));
  }

  hasTopic(topic: string): boolean {
    return this.pattern === undefined ? this.#topics.has(topic) : this.pattern.test(topic);
  }

  has(topic: string, partition: number): boolean {
    return this.#pairs === undefined ? this.hasTopic(topic) : this.#pairs.has(partitionKey(topic, partition));
  }
}
