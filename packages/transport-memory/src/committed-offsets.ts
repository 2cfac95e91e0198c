import type { OffsetToCommit, TopicPartition, TransportError } from "@dataqueues/core";
import { errorAt } from "./memory-log.ts";
import type { Topic } from "./memory-log.ts";

/** The offsets that a group has committed. Those of a topic go with it: one that is created again has none. */
export class CommittedOffsets {
  readonly #topics: ReadonlyMap<string, Topic>;
  #offsets = new WeakMap<Topic, Map<number, bigint>>();

  constructor(topics: ReadonlyMap<string, Topic>) {
    this.#topics = topics;
  }

  /** Keeps an offset; returns why it cannot. */
  commit({ topic, topicId, partition, offset }: OffsetToCommit): TransportError | undefined {
    const found = this.#topics.get(topic);
    if (found?.partitions[partition] === undefined) return errorAt("UNKNOWN_TOPIC_OR_PARTITION", topic, partition);
    if (topicId !== undefined && topicId !== found.id) return errorAt("UNKNOWN_TOPIC_ID", topic, partition);
    // Kafka keeps -1, which then reads as if nothing was committed.
    if (offset < 0n) return errorAt("INVALID_REQUEST", topic, partition, `no record has the offset ${offset}`);
    const offsets = this.#offsets.get(found) ?? new Map<number, bigint>();
    this.#offsets.set(found, offsets.set(partition, offset));
    return undefined;
  }

  /** The offset that was committed last; undefined where none was. */
  get(topic: string, partition: number): bigint | undefined {
    const found = this.#topics.get(topic);
    return found && this.#offsets.get(found)?.get(partition);
  }

  /** The partitions that have an offset. */
  all(): TopicPartition[] {
    return [...this.#topics].flatMap(([topic, found]) =>
      [...(this.#offsets.get(found)?.keys() ?? [])].map((partition): TopicPartition => [topic, partition]),
    );
  }

  /** Forgets all offsets. */
  clear(): void {
    this.#offsets = new WeakMap();
  }
}
