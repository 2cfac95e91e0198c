import type { DeletedRecords, RecordsToDelete } from "@dataqueues/core";
import type { Cluster } from "./cluster.ts";
import { askLeader } from "./leader-request.ts";
import { deleteRecordsRequest } from "./protocol/delete-records.ts";
import { int64Problem } from "./protocol/field-limits.ts";

/** Makes the leader of partitions delete their oldest records; one result for each, in the same order. */
export function deleteRecords(
  cluster: Cluster,
  leader: number,
  specs: readonly RecordsToDelete[],
): Promise<DeletedRecords[]> {
  // The broker gives up before the connection does, so that one slow replica does not take the results of the others away.
  const timeoutMs = Math.ceil(cluster.requestTimeout / 2);
  return askLeader(cluster, leader, specs, {
    what: "Deleting records of",
    problem: ({ beforeOffset }) => offsetProblem(beforeOffset),
    request: (carried) => deleteRecordsRequest(carried, timeoutMs),
    result: ({ topic, partition }, { lowWatermark }) => ({ topic, partition, lowWatermark }),
  });
}

function offsetProblem(beforeOffset: RecordsToDelete["beforeOffset"]): string | undefined {
  if (beforeOffset === "latest") return undefined;
  const why = int64Problem("beforeOffset", beforeOffset);
  // Kafka takes -1 for the end: a mistake must not delete everything.
  return why ?? (beforeOffset < 0n ? `beforeOffset must be 0 or more, not ${beforeOffset}` : undefined);
}
