import { partitionKey } from "./protocol/by-topic.ts";
import type { DescribedPartition, DescribedTopic } from "./protocol/metadata.ts";

const leaderNotAvailable = 5;

/** Which broker a metadata response comes from. */
export interface MetadataSource {
  /** Its id; undefined for an address that no broker advertises. */
  readonly broker: number | undefined;
  /** Whether it is the only broker of the cluster. */
  readonly alone: boolean;
}

/** A partition, and why its leader is withheld. */
export interface CheckedPartition extends DescribedPartition {
  readonly why?: string;
}

/** A topic whose leaders were checked. */
export interface CheckedTopic extends DescribedTopic {
  readonly partitions: readonly CheckedPartition[];
}

/**
 * Partitions whose leader responded with `UNKNOWN_LEADER_EPOCH`. Either the topic was deleted and created again, so that its
 * epochs start again, or that broker led before and is cut off from the others. In that case it lacks the records of its
 * successor, and would say that they do not exist. Topic ids tell the two cases apart. Before Kafka 2.8 there are none: then
 * another broker than the one that claims to lead has to confirm the leader. Until then the leader is withheld, so that nobody
 * takes over a lower epoch from a broker that is cut off.
 */
export class LeaderDoubts {
  /** By partition the last epoch that another broker confirmed; undefined before one did. Has only doubted partitions. */
  readonly #confirmed = new Map<string, number | undefined>();
  /** The broker that is not to be asked for the next metadata, if there is another. */
  doubtedBroker: number | undefined;

  /** Call this when `leader` does not know the epoch that it was asked with. */
  doubt(leader: number, topic: string, partition: number): void {
    this.#confirmed.set(partitionKey(topic, partition), undefined);
    this.doubtedBroker = leader;
  }

  /** The topic as it may be believed: a partition whose leader nobody else confirms has none, and no epoch. */
  check(topic: DescribedTopic, source: MetadataSource): CheckedTopic {
    if (topic.topicId !== undefined || this.#confirmed.size === 0) return topic;
    return { ...topic, partitions: topic.partitions.map((partition) => this.#check(topic.topic, partition, source)) };
  }

  #check(topic: string, described: DescribedPartition, { broker, alone }: MetadataSource): CheckedPartition {
    const { partition, leader, leaderEpoch } = described;
    const key = partitionKey(topic, partition);
    if (leader < 0 || !this.#confirmed.has(key)) return described;
    if (alone || (broker !== undefined && broker !== leader)) {
      this.#confirmed.set(key, leaderEpoch);
      return described;
    }
    const confirmed = this.#confirmed.get(key);
    if (confirmed !== undefined && leaderEpoch >= confirmed) return described;
    this.doubtedBroker = leader;
    const why = "no other broker confirms the leader yet";
    return { ...described, leader: -1, leaderEpoch: -1, errorCode: leaderNotAvailable, why };
  }
}
