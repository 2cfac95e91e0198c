import { TransportError } from "@dataqueues/core";
import type { CommitAnswer, CommittedOffset, OffsetToCommit, TopicPartition } from "@dataqueues/core";
import type { Cluster } from "./cluster.ts";
import type { Coordinators } from "./coordinators.ts";
import { commitOffsets, fetchOffsets } from "./group-offsets.ts";
import { offsetFetchRequest } from "./protocol/offset-fetch.ts";

/** An administrator, who is no member of the group. */
const administrator = { protocol: "classic", memberId: "", epoch: -1 } as const;

/**
 * The committed offsets of partitions, one answer for each in the same order; or all that a group has committed. They are those
 * that Kafka's own tools show: a transaction that is open, and may commit another one, makes no difference.
 */
export async function fetchGroupOffsets(
  coordinators: Coordinators,
  group: string,
  partitions: readonly TopicPartition[] | undefined,
): Promise<CommittedOffset[]> {
  const reader = { ...administrator, group };
  const requireStable = false;
  if (partitions !== undefined) return fetchOffsets(coordinators, reader, partitions, requireStable);
  const response = await coordinators.request(group, offsetFetchRequest(reader, undefined, requireStable));
  coordinators.check(group, response.errorCode, "Asking for offsets of");
  return response.partitions.map(({ topic, partition, errorCode, offset }) => {
    const what = `Asking for the offset of ${topic} [${partition}] in`;
    const error = coordinators.error(group, errorCode, what, { topic, partition });
    // Kafka says -1 for a partition of which nothing was committed.
    return error === undefined
      ? { topic, partition, offset: offset < 0n ? undefined : offset }
      : { topic, partition, error };
  });
}

/** Commits offsets of a group that has no members; one answer for each, in the same order. */
export async function alterGroupOffsets(
  cluster: Cluster,
  coordinators: Coordinators,
  group: string,
  offsets: readonly OffsetToCommit[],
): Promise<CommitAnswer[]> {
  try {
    return await commitOffsets(cluster, coordinators, { ...administrator, group }, offsets);
  } catch (error) {
    if (!(error instanceof TransportError && error.code === "UNKNOWN_MEMBER_ID")) throw error;
    return offsets.map(({ topic, partition }) => ({ topic, partition, error }));
  }
}
