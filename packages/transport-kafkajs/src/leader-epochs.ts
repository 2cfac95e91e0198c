import { partitionKey } from "./protocol/by-topic.ts";
import type { DescribedTopic } from "./protocol/metadata.ts";

/** Says to the log that nothing is known. */
const unknown = -1;

/**
 * The newest epoch of each partition's leader that any node told of. A request that names it is not answered by a node
 * that was cut off, led before, and does not know yet that another leads by now: such a one lacks records, and would say
 * that they never were.
 *
 * Where nodes tell no topic ids (before Kafka 2.8), a topic that was deleted and made again cannot be told from such a node:
 * both have a lower epoch. There the word of a second node is wanted, see {@link doubt}.
 */
export class LeaderEpochs {
  readonly #epochs = new Map<string, number>();
  readonly #topicIds = new Map<string, string>();
  /** Partitions whose leader does not know the epoch that it was asked with. */
  readonly #doubted = new Set<string>();

  /**
   * Takes over what is newer. A topic with another id is another topic: its epochs begin again. Without ids they do where
   * the leader was doubted, if `isWitness` says that whoever tells this is another node than the one that leads.
   */
  learn({ topic, topicId, errorCode, partitions }: DescribedTopic, isWitness: (leader: number) => boolean): void {
    if (errorCode !== 0) return;
    const again = topicId !== undefined && this.#topicIds.get(topic) !== topicId;
    if (topicId !== undefined) this.#topicIds.set(topic, topicId);
    for (const { partition, leader, leaderEpoch } of partitions) {
      const key = partitionKey(topic, partition);
      const confirmed = topicId === undefined && this.#doubted.has(key) && isWitness(leader);
      const known = again || confirmed ? unknown : this.of(topic, partition);
      this.#epochs.set(key, Math.max(known, leaderEpoch));
      if (confirmed) this.#doubted.delete(key);
    }
  }

  /** -1 while nothing is known. */
  of(topic: string, partition: number): number {
    return this.#epochs.get(partitionKey(topic, partition)) ?? unknown;
  }

  /** To be told when a leader does not know the epoch: either it is cut off, or the topic was made again. */
  doubt(topic: string, partition: number): void {
    this.#doubted.add(partitionKey(topic, partition));
  }
}
