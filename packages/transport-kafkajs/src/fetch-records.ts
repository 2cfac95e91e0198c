import { kafkaError, kafkaErrorName } from "@dataqueues/core";
import type { FetchedPartition, FetchLimits, FetchOptions, FetchQuery, TransportError } from "@dataqueues/core";
import type { Cluster } from "./cluster.ts";
import { fetchedPartition } from "./fetched-partition.ts";
import { partitionKey, withoutRepeats } from "./protocol/by-topic.ts";
import { maxInt32, int64Problem, numberProblem, topicProblem } from "./protocol/field-limits.ts";
import { fetchRequest } from "./protocol/fetch.ts";

/** How much longer a request may take than the log itself may wait. */
const responseMarginMs = 1000;

/** Fetches from one leader. Partitions that its response leaves out are left out. */
export async function fetchRecords(
  cluster: Cluster,
  leader: number,
  wanted: readonly FetchQuery[],
  given: FetchLimits,
  { signal }: FetchOptions,
): Promise<FetchedPartition[]> {
  const limits = carriedLimits(given);
  const fetched: FetchedPartition[] = [];
  const carried: FetchQuery[] = [];
  for (const query of wanted) {
    const refused = queryProblem(query);
    if (refused === undefined) carried.push(query);
    else fetched.push({ topic: query.topic, partition: query.partition, error: refused });
  }
  if (carried.length === 0) return fetched;
  const broker = await cluster.broker(leader);
  const { checkCrcs, maxResponseBytes } = cluster;
  const context = { checkCrcs, maxBatchBytes: maxResponseBytes, roomForDecompressed: limits.maxBytes };
  for (const group of withoutRepeats(carried)) {
    const timeoutMs = Math.max(cluster.requestTimeout, limits.maxWaitMs + responseMarginMs);
    const { errorCode, partitions } = await broker.fetch(fetchRequest(group, limits), timeoutMs, signal);
    if (errorCode !== 0) throw kafkaError(kafkaErrorName(errorCode), `Fetch from Kafka's broker ${leader}`);
    const asked = new Map(group.map((query) => [partitionKey(query.topic, query.partition), query.offset]));
    for (const bytes of partitions) {
      const { topic, partition } = bytes;
      const offset = asked.get(partitionKey(topic, partition));
      if (offset === undefined) continue;
      if (bytes.errorCode === 0) {
        fetched.push(await fetchedPartition(bytes, offset, context));
      } else {
        const code = kafkaErrorName(bytes.errorCode);
        if (code === "UNKNOWN_LEADER_EPOCH") cluster.doubt(leader, topic, partition);
        const error = kafkaError(code, whatOf({ topic, partition, offset }), { topic, partition, offset });
        fetched.push({ topic, partition, error });
      }
    }
  }
  return fetched;
}

function whatOf({ topic, partition, offset }: FetchQuery): string {
  return `Fetch of ${topic} [${partition}] from offset ${offset}`;
}

/** Why the protocol cannot carry what is wanted of a partition. */
function queryProblem(query: FetchQuery): TransportError | undefined {
  const { topic, partition, offset } = query;
  const badName = topicProblem(topic);
  const why = badName ?? numberProblem("partition", partition) ?? int64Problem("offset", offset);
  if (why === undefined) return undefined;
  const code = badName === undefined ? "INVALID_REQUEST" : "INVALID_TOPIC_EXCEPTION";
  return kafkaError(code, whatOf(query), { topic, partition, offset, why });
}

/** The limits as the protocol can carry them: it has no more than 2 ** 31 - 1, which stands for `Infinity` too. */
function carriedLimits(given: FetchLimits): FetchLimits {
  const carried = (name: Exclude<keyof FetchLimits, "latest">): number => {
    const value = Math.min(given[name], maxInt32);
    const why = numberProblem(name, value);
    if (why !== undefined) throw kafkaError("INVALID_REQUEST", "Fetch", { why });
    return value;
  };
  return {
    maxWaitMs: carried("maxWaitMs"),
    minBytes: carried("minBytes"),
    maxBytes: carried("maxBytes"),
    maxBytesPerPartition: carried("maxBytesPerPartition"),
  };
}
