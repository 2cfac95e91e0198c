import type { DataQueueAdmin, PartitionOffset } from "@dataqueues/admin";
import { partitionKey } from "@dataqueues/core";
import type { TopicPartition } from "@dataqueues/core";

/** What is to become of a group's offset in one partition. */
export interface PlannedReset {
  readonly topic: string;
  readonly partition: number;
  /** The offset that is committed now; undefined where none is. */
  readonly from: bigint | undefined;
  readonly to: bigint;
}

/**
 * Finds out where a group would go on. As Kafka's own tool does it, an offset beyond the log's ends becomes the nearer end, and a time
 * after the last record the end.
 *
 * @param places - topics and partitions; without any all in which the group has committed an offset
 */
export async function planReset(
  admin: DataQueueAdmin,
  group: string,
  places: readonly (string | TopicPartition)[],
  target: "earliest" | "latest" | bigint | Date,
): Promise<PlannedReset[]> {
  const committed = await admin.groupOffsets(group, places.length === 0 ? undefined : places);
  const wanted = committed.map(({ topic, partition }): TopicPartition => [topic, partition]);
  if (wanted.length === 0) return [];
  const begins = byPlace(await admin.listOffsets(wanted, "earliest"));
  const times = byPlace(target instanceof Date ? await admin.listOffsets(wanted, target) : []);
  return committed.map(({ topic, partition, offset, end }) => {
    const key = partitionKey(topic, partition);
    const begin = begins.get(key) ?? 0n;
    const time = times.get(key) ?? -1n;
    const to = typeof target === "bigint" ? target : target === "earliest" ? begin : time < 0n ? end : time;
    return { topic, partition, from: offset, to: to < begin ? begin : to > end ? end : to };
  });
}

function byPlace(offsets: readonly PartitionOffset[]): Map<string, bigint> {
  return new Map(offsets.map(({ topic, partition, offset }) => [partitionKey(topic, partition), offset]));
}
