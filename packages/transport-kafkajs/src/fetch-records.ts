import type { FetchedPartition, FetchLimits, FetchQuery } from "@dataqueues/core";
import { fetchedPartition } from "./fetched-partition.ts";
import { kafkaError, kafkaErrorName } from "./kafka-errors.ts";
import type { Nodes } from "./nodes.ts";
import { partitionKey, withoutRepeats } from "./protocol/by-topic.ts";
import { fetchRequest } from "./protocol/fetch.ts";

/** What a request's time has on top of the time that the log itself may wait. */
const answerMarginMs = 1000;

/** Fetches from one leader; partitions that it leaves out of its answer are left out here. */
export async function fetchRecords(
  nodes: Nodes,
  leader: number,
  wanted: readonly FetchQuery[],
  limits: FetchLimits,
): Promise<FetchedPartition[]> {
  const broker = await nodes.node(leader);
  const fetched: FetchedPartition[] = [];
  const { checkCrcs, maxAnswerBytes } = nodes;
  const context = { checkCrcs, maxBatchBytes: maxAnswerBytes, roomForDecompressed: limits.maxBytes };
  for (const group of withoutRepeats(wanted)) {
    const timeoutMs = Math.max(nodes.requestTimeout, limits.maxWaitMs + answerMarginMs);
    const { errorCode, partitions } = await broker.request(fetchRequest(group, limits, nodes.epochs), timeoutMs);
    if (errorCode !== 0) throw kafkaError(kafkaErrorName(errorCode), `Fetch from Kafka's node ${leader}`);
    const asked = new Map(group.map((query) => [partitionKey(query.topic, query.partition), query.offset]));
    for (const bytes of partitions) {
      const { topic, partition } = bytes;
      const offset = asked.get(partitionKey(topic, partition));
      if (offset === undefined) continue;
      if (bytes.errorCode === 0) {
        fetched.push(await fetchedPartition(bytes, offset, context));
      } else {
        const what = `Fetch of ${topic} [${partition}] from offset ${offset}`;
        const error = kafkaError(kafkaErrorName(bytes.errorCode), what, { topic, partition, offset });
        fetched.push({ topic, partition, error });
      }
    }
  }
  return fetched;
}
