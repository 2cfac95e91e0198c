import { kafkaError, kafkaErrorName } from "@dataqueues/core";
import type { TransportError, TransportErrorCode } from "@dataqueues/core";
import type { Cluster } from "./cluster.ts";
import { partitionKey, withoutRepeats } from "./protocol/by-topic.ts";
import { numberProblem, topicProblem } from "./protocol/field-limits.ts";
import type { KafkaRequest } from "./protocol/kafka-request.ts";

/** What is asked of one partition. */
interface PartitionItem {
  readonly topic: string;
  readonly partition: number;
}

/** A partition's part of a response. */
interface PartitionResponse {
  readonly errorCode: number;
}

/** A partition's error. */
interface PartitionError extends PartitionItem {
  readonly error: TransportError;
}

/** One kind of request to a leader. */
interface LeaderRequest<Item, Response, Result> {
  /** What an error is about: `Offset of`. */
  readonly what: string;
  /** Why the protocol cannot carry an item, beside a topic or partition that is none. */
  readonly problem: (item: Item) => string | undefined;
  readonly request: (items: readonly Item[]) => KafkaRequest<ReadonlyMap<string, Response>>;
  /** The result of a partition whose response has no error. */
  readonly result: (item: Item, response: Response) => Result;
}

/** Asks the leader of partitions about all that the protocol can carry; one result for each item, in the same order. */
export async function askLeader<Item extends PartitionItem, Response extends PartitionResponse, Result>(
  cluster: Cluster,
  leader: number,
  items: readonly Item[],
  { what, problem, request, result }: LeaderRequest<Item, Response, Result>,
): Promise<(Result | PartitionError)[]> {
  const failed = ({ topic, partition }: Item, code: TransportErrorCode, why?: string): PartitionError => {
    const where = `${what} ${topic} [${partition}]`;
    return { topic, partition, error: kafkaError(code, where, { topic, partition, why }) };
  };
  const results = new Map<Item, Result | PartitionError>();
  for (const item of items) {
    const badName = topicProblem(item.topic);
    const why = badName ?? numberProblem("partition", item.partition) ?? problem(item);
    const code = badName === undefined ? "INVALID_REQUEST" : "INVALID_TOPIC_EXCEPTION";
    if (why !== undefined) results.set(item, failed(item, code, why));
  }
  const carried = items.filter((item) => !results.has(item));
  if (carried.length > 0) {
    const broker = await cluster.broker(leader);
    await Promise.all(
      withoutRepeats(carried).map(async (group) => {
        const responses = await broker.request(request(group), cluster.requestTimeout);
        for (const item of group) {
          const response = responses.get(partitionKey(item.topic, item.partition));
          const code = response === undefined ? "NETWORK_EXCEPTION" : kafkaErrorName(response.errorCode);
          if (code === "UNKNOWN_LEADER_EPOCH") cluster.doubt(leader, item.topic, item.partition);
          if (response?.errorCode === 0) results.set(item, result(item, response));
          else results.set(item, failed(item, code, response === undefined ? "the response leaves it out" : undefined));
        }
      }),
    );
  }
  return items.map((item) => results.get(item) ?? failed(item, "NETWORK_EXCEPTION"));
}
