import { TransportError } from "@dataqueues/core";
import type { OffsetResult, OffsetQuery } from "@dataqueues/core";
import { kafkaError, kafkaErrorName } from "./kafka-errors.ts";
import type { Nodes } from "./nodes.ts";
import { partitionKey, withoutRepeats } from "./protocol/by-topic.ts";
import { numberProblem, topicProblem } from "./protocol/field-limits.ts";
import { listOffsetsRequest } from "./protocol/list-offsets.ts";
import type { ListedOffsets } from "./protocol/list-offsets.ts";
import { topicMetadata } from "./topic-metadata.ts";

/** Asks each partition's leader, as metadata tells it now; one answer for each query, in the same order. */
export async function partitionOffsets(nodes: Nodes, queries: readonly OffsetQuery[]): Promise<OffsetResult[]> {
  const answers = new Map<OffsetQuery, OffsetResult>();
  for (const query of queries) {
    const { topic, partition } = query;
    const error = uncarriedQuery(query);
    if (error !== undefined) answers.set(query, { topic, partition, error });
  }
  const carried = queries.filter((query) => !answers.has(query));
  const leaders = carried.length === 0 ? new Map<string, number>() : await partitionLeaders(nodes, carried);
  const byLeader = new Map<number, OffsetQuery[]>();
  for (const query of carried) {
    const { topic, partition } = query;
    const leader = leaders.get(partitionKey(topic, partition));
    if (typeof leader === "number") byLeader.set(leader, [...(byLeader.get(leader) ?? []), query]);
    else answers.set(query, { topic, partition, error: leader ?? unknownPartition(topic, partition) });
  }
  const requests = [...byLeader].flatMap(([leader, own]) => withoutRepeats(own).map((group) => ({ leader, group })));
  await Promise.all(
    requests.map(async ({ leader, group }) => {
      const listed = await listOffsets(nodes, leader, group);
      for (const query of group) {
        const answer = offsetAnswer(query, listed);
        if (answer.error?.code === "UNKNOWN_LEADER_EPOCH") nodes.doubt(leader, query.topic, query.partition);
        answers.set(query, answer);
      }
    }),
  );
  return queries.map((query) => answers.get(query) ?? offsetAnswer(query, new Map()));
}

async function partitionLeaders(
  nodes: Nodes,
  queries: readonly OffsetQuery[],
): Promise<ReadonlyMap<string, number | TransportError>> {
  const leaders = new Map<string, number | TransportError>();
  const failed = new Map<string, TransportError | undefined>();
  for (const { topic, error, partitions } of await topicMetadata(
    nodes,
    queries.map((query) => query.topic),
  )) {
    failed.set(topic, error);
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
    return await broker.request(listOffsetsRequest(nodes.withEpochs(group)), nodes.requestTimeout);
  } catch (error) {
    if (error instanceof TransportError) return error;
    throw error;
  }
}

function offsetAnswer({ topic, partition }: OffsetQuery, listed: ListedOffsets | TransportError): OffsetResult {
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

/** Why the protocol cannot carry a query. */
function uncarriedQuery({ topic, partition, at }: OffsetQuery): TransportError | undefined {
  const badName = topicProblem(topic);
  const why = badName ?? numberProblem("partition", partition) ?? uncarriedTime(at);
  if (why === undefined) return undefined;
  const code = badName === undefined ? "INVALID_REQUEST" : "INVALID_TOPIC_EXCEPTION";
  return kafkaError(code, `Offset of ${topic} [${partition}]`, { topic, partition, why });
}

function uncarriedTime(at: OffsetQuery["at"]): string | undefined {
  if (typeof at === "string") return undefined;
  const { timestamp } = at;
  if (Math.abs(timestamp) <= Number.MAX_SAFE_INTEGER) return undefined;
  return `timestamp must be a number of milliseconds, not ${String(timestamp)}`;
}

function unknownPartition(topic: string, partition: number): TransportError {
  return kafkaError("UNKNOWN_TOPIC_OR_PARTITION", `Partition ${topic} [${partition}]`, { topic, partition });
}
