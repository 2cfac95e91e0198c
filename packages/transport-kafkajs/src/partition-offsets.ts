import type { OffsetQuery, OffsetResult } from "@dataqueues/core";
import type { Cluster } from "./cluster.ts";
import { askLeader } from "./leader-request.ts";
import { listOffsetsRequest } from "./protocol/list-offsets.ts";

/** Asks the leader of partitions for offsets; one result for each query, in the same order. */
export function partitionOffsets(
  cluster: Cluster,
  leader: number,
  queries: readonly OffsetQuery[],
): Promise<OffsetResult[]> {
  return askLeader(cluster, leader, queries, {
    what: "Offset of",
    problem: ({ at }) => timeProblem(at),
    request: listOffsetsRequest,
    result: ({ topic, partition }, { offset }) => ({ topic, partition, offset }),
  });
}

function timeProblem(at: OffsetQuery["at"]): string | undefined {
  if (typeof at === "string") return undefined;
  const { timestamp } = at;
  if (Math.abs(timestamp) <= Number.MAX_SAFE_INTEGER) return undefined;
  return `timestamp must be a number of milliseconds, not ${String(timestamp)}`;
}
