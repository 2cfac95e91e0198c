import { partitionKey } from "./protocol/by-topic.ts";
import type { DescribedTopic } from "./protocol/metadata.ts";

/** Says to the log that nothing is known. */
const unknown = -1;

/**
 * The newest epoch of each partition's leader that any node told of. A request that names it is not answered by a node
 * that was cut off, led before, and does not know yet that another leads by now: such a one lacks records, and would say
 * that they never were.
 */
export class LeaderEpochs {
  readonly #epochs = new Map<string, number>();
  readonly #topicIds = new Map<string, string>();

  /** Takes over what is newer. A topic with another id is another topic: its epochs begin again. */
  learn({ topic, topicId, errorCode, partitions }: DescribedTopic): void {
    if (errorCode !== 0) return;
    const again = this.#topicIds.get(topic) !== topicId;
    this.#topicIds.set(topic, topicId);
    for (const { partition, leaderEpoch } of partitions) {
      const key = partitionKey(topic, partition);
      const known = again ? unknown : this.of(topic, partition);
      this.#epochs.set(key, Math.max(known, leaderEpoch));
    }
  }

  /** -1 while nothing is known. */
  of(topic: string, partition: number): number {
    return this.#epochs.get(partitionKey(topic, partition)) ?? unknown;
  }
}
