import type { BaseConnection, TopicMetadata } from "@dataqueues/core";

/**
 * How many partitions topics have, as a member's metadata told last. A leader that asks another broker may find one that does not
 * know a new topic yet: the member would not join again for what it knows already, so nobody would get those partitions.
 */
export class ToldPartitions {
  #counts = new Map<string, number>();

  /** The same connection; what its metadata tells is noted. */
  watch(connection: BaseConnection): BaseConnection {
    return {
      ...connection,
      metadata: async (topics = [], options = {}) => {
        const answers = await connection.metadata(topics, options);
        if (topics.length === 0) this.#counts = new Map();
        for (const answer of answers) this.#note(answer);
        return answers;
      },
    };
  }

  #note({ topic, partitions, error }: TopicMetadata): void {
    if (partitions !== undefined) this.#counts.set(topic, partitions.length);
    else if (error?.code === "UNKNOWN_TOPIC_OR_PARTITION") this.#counts.delete(topic);
  }

  /** How many partitions a topic has at least. */
  count(topic: string): number {
    return this.#counts.get(topic) ?? 0;
  }
}
