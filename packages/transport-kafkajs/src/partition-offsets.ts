import { TransportError } from "@dataqueues/core";
import type { OffsetAnswer, OffsetQuery } from "@dataqueues/core";
import { kafkaError, kafkaErrorName } from "./kafka-errors.ts";
import type { Nodes } from "./nodes.ts";
import { partitionKey, withoutRepeats } from "./protocol/by-topic.ts";
import { listOffsetsRequest } from "./protocol/list-offsets.ts";
import type { ListedOffsets } from "./protocol/list-offsets.ts";
import { topicMetadata } from "./topic-metadata.ts";

/** Asks each partition's leader, as metadata tells it now; one answer for each query, in the same order. */
export async function partitionOffsets(nodes: Nodes, queries: readonly OffsetQuery[]): Promise<OffsetAnswer[]> {
  if (queries.length === 0) return [];
  const leaders = await partitionLeaders(nodes, queries);
  const byLeader = new Map<number, OffsetQuery[]>();
  const answers = new Map<OffsetQuery, OffsetAnswer>();
  for (const query of queries) {
    const { topic, partition } = query;
    const leader = leaders.get(partitionKey(topic, partition));
    if (typeof leader === "number") byLeader.set(leader, [...(byLeader.get(leader) ?? []), query]);
    else answers.set(query, { topic, partition, error: leader ?? unknownPartition(topic, partition) });
  }
  const requests = [...byLeader].flatMap(([leader, own]) => withoutRepeats(own).map((group) => ({ leader, group })));
  await Promise.all(
    requests.map(async ({ leader, group }) => {
      const listed = await listOffsets(nodes, leader, group);
      for (const query of group) answers.set(query, offsetAnswer(query, listed));
    }),
  );
  return queries.map((query) => answers.get(query) ?? offsetAnswer(query, new Map()));
}

async function partitionLeaders(
  nodes: Nodes,
  queries: readonly OffsetQuery[],
): Promise<ReadonlyMap<string, number | TransportError>> {
  const leaders = new Map<string, number | TransportError>();
  const failed = new Map<string, TransportError>();
  for (const { topic, error, partitions } of await topicMetadata(
    nodes,
    queries.map((query) => query.topic),
  )) {
    if (error !== undefined) failed.set(topic, error);
    for (const { partition, leader, error: missing } of partitions ?? []) {
      leaders.set(partitionKey(topic, partition), missing ?? leader);
    }
  }
  for (const { topic, partition } of queries) {
    const error = failed.get(topic);
    if (error !== undefined) leaders.set(partitionKey(topic, partition), error);
  }
  return leaders;
}

/** One leader's answers, or why it gave none: the others' answers still count. */
async function listOffsets(
  nodes: Nodes,
  leader: number,
  group: readonly OffsetQuery[],
): Promise<ListedOffsets | TransportError> {
  try {
    const broker = await nodes.node(leader);
    return await broker.request(listOffsetsRequest(group, nodes.epochs), nodes.requestTimeout);
  } catch (error) {
    if (error instanceof TransportError) return error;
    throw error;
  }
}

function offsetAnswer({ topic, partition }: OffsetQuery, listed: ListedOffsets | TransportError): OffsetAnswer {
  if (listed instanceof TransportError) return { topic, partition, error: listed };
  const answer = listed.get(partitionKey(topic, partition));
  const what = `Offset of ${topic} [${partition}]`;
  const place = { topic, partition };
  if (answer === undefined) {
    return {
      topic,
      partition,
      error: kafkaError("NETWORK_EXCEPTION", what, { ...place, why: "the answer left it out" }),
    };
  }
  if (answer.errorCode !== 0) {
    return { topic, partition, error: kafkaError(kafkaErrorName(answer.errorCode), what, place) };
  }
  return { topic, partition, offset: answer.offset };
}

function unknownPartition(topic: string, partition: number): TransportError {
  return kafkaError("UNKNOWN_TOPIC_OR_PARTITION", `Partition ${topic} [${partition}]`, { topic, partition });
}
