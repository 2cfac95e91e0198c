import { kafkaError, kafkaErrorName } from "@dataqueues/core";
import type { OffsetQuery, OffsetResult, TransportError } from "@dataqueues/core";
import type { Cluster } from "./cluster.ts";
import { partitionKey, withoutRepeats } from "./protocol/by-topic.ts";
import { numberProblem, topicProblem } from "./protocol/field-limits.ts";
import { listOffsetsRequest } from "./protocol/list-offsets.ts";
import type { ListedOffsets } from "./protocol/list-offsets.ts";

/** Asks the leader of partitions for offsets; one result for each query, in the same order. */
export async function partitionOffsets(
  cluster: Cluster,
  leader: number,
  queries: readonly OffsetQuery[],
): Promise<OffsetResult[]> {
  const results = new Map<OffsetQuery, OffsetResult>();
  for (const query of queries) {
    const { topic, partition } = query;
    const error = queryProblem(query);
    if (error !== undefined) results.set(query, { topic, partition, error });
  }
  const carried = queries.filter((query) => !results.has(query));
  if (carried.length > 0) {
    const broker = await cluster.broker(leader);
    await Promise.all(
      withoutRepeats(carried).map(async (group) => {
        const listed = await broker.request(listOffsetsRequest(group), cluster.requestTimeout);
        for (const query of group) {
          const result = offsetResult(query, listed);
          if (result.error?.code === "UNKNOWN_LEADER_EPOCH") cluster.doubt(leader, query.topic, query.partition);
          results.set(query, result);
        }
      }),
    );
  }
  return queries.map((query) => results.get(query) ?? offsetResult(query, new Map()));
}

function offsetResult({ topic, partition }: OffsetQuery, listed: ListedOffsets): OffsetResult {
  const found = listed.get(partitionKey(topic, partition));
  if (found?.errorCode === 0) return { topic, partition, offset: found.offset };
  const code = found === undefined ? "NETWORK_EXCEPTION" : kafkaErrorName(found.errorCode);
  const why = found === undefined ? "the response leaves it out" : undefined;
  return { topic, partition, error: kafkaError(code, offsetOf(topic, partition), { topic, partition, why }) };
}

function offsetOf(topic: string, partition: number): string {
  return `Offset of ${topic} [${partition}]`;
}

/** Why the protocol cannot carry a query. */
function queryProblem({ topic, partition, at }: OffsetQuery): TransportError | undefined {
  const badName = topicProblem(topic);
  const why = badName ?? numberProblem("partition", partition) ?? timeProblem(at);
  if (why === undefined) return undefined;
  const code = badName === undefined ? "INVALID_REQUEST" : "INVALID_TOPIC_EXCEPTION";
  return kafkaError(code, offsetOf(topic, partition), { topic, partition, why });
}

function timeProblem(at: OffsetQuery["at"]): string | undefined {
  if (typeof at === "string") return undefined;
  const { timestamp } = at;
  if (Math.abs(timestamp) <= Number.MAX_SAFE_INTEGER) return undefined;
  return `timestamp must be a number of milliseconds, not ${String(timestamp)}`;
}
