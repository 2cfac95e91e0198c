import type { LogDirQuery, LogDirSize } from "@dataqueues/core";
import type { Cluster } from "./cluster.ts";
import { askLeader } from "./leader-request.ts";
import { describeLogDirsRequest } from "./protocol/describe-log-dirs.ts";

/** Asks the leader of partitions how many bytes their logs take; one result for each, in the same order. */
export function describeLogDirs(
  cluster: Cluster,
  leader: number,
  partitions: readonly LogDirQuery[],
): Promise<LogDirSize[]> {
  return askLeader(cluster, leader, partitions, {
    what: "Size of",
    problem: () => undefined,
    request: describeLogDirsRequest,
    result: ({ topic, partition }, { size }) => ({ topic, partition, size }),
  });
}
