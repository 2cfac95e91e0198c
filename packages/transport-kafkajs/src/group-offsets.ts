import { kafkaError, kafkaErrorName } from "@dataqueues/core";
import type { CommitAnswer, CommittedOffset, OffsetToCommit, TopicPartition, TransportError } from "@dataqueues/core";
import type { Broker } from "./broker.ts";
import type { Cluster } from "./cluster.ts";
import type { Coordinators } from "./coordinators.ts";
import { partitionKey, withoutRepeats } from "./protocol/by-topic.ts";
import { int64Problem, numberProblem, topicProblem, uuidProblem } from "./protocol/field-limits.ts";
import { firstWithTopicIds, offsetCommitRequest } from "./protocol/offset-commit.ts";
import type { Committer, CommittedPartitions } from "./protocol/offset-commit.ts";
import { offsetFetchRequest } from "./protocol/offset-fetch.ts";
import type { OffsetReader } from "./protocol/offset-fetch.ts";

const unknownTopicId = 100;

/** Errors of single partitions. With another one the coordinator refuses the whole request, and repeats it for each partition. */
const errorsOfPartitions: ReadonlySet<string> = new Set([
  "UNKNOWN_TOPIC_OR_PARTITION",
  "OFFSET_METADATA_TOO_LARGE",
  "INVALID_TOPIC_EXCEPTION",
  "INVALID_COMMIT_OFFSET_SIZE",
  "TOPIC_AUTHORIZATION_FAILED",
  "UNKNOWN_TOPIC_ID",
]);

/** Keeps a member's place; one answer for each offset, in the same order. */
export async function commitOffsets(
  cluster: Cluster,
  coordinators: Coordinators,
  member: Committer,
  offsets: readonly OffsetToCommit[],
): Promise<CommitAnswer[]> {
  const { group } = member;
  const errors = new Map<OffsetToCommit, TransportError | undefined>();
  for (const offset of offsets) {
    const { topic, partition } = offset;
    const error = itemError("Committing", group, topic, partition, () => offsetProblem(offset));
    if (error !== undefined) errors.set(offset, error);
  }
  // A partition that is repeated keeps its last offset: one request follows the other.
  for (const some of withoutRepeats(offsets.filter((offset) => !errors.has(offset)))) {
    const committed = await coordinators.send(group, (broker) => commit(cluster, broker, member, some));
    for (const { errorCode } of committed.values()) {
      if (!errorsOfPartitions.has(kafkaErrorName(errorCode))) coordinators.check(group, errorCode, "Committing in");
    }
    for (const offset of some) {
      const { topic, partition } = offset;
      const errorCode = committed.get(partitionKey(topic, partition))?.errorCode;
      errors.set(offset, responseError("Committing", group, topic, partition, errorCode));
    }
  }
  return offsets.map((offset) => {
    const { topic, partition } = offset;
    const error = errors.get(offset);
    return error === undefined ? { topic, partition } : { topic, partition, error };
  });
}

/** Commits to a coordinator that compares topic ids, or compares them with metadata first. */
async function commit(
  cluster: Cluster,
  broker: Broker,
  member: Committer,
  offsets: readonly OffsetToCommit[],
): Promise<CommittedPartitions> {
  const { requestTimeout } = cluster;
  const request = offsetCommitRequest(member, offsets);
  if ((broker.versionOf(request.api) ?? 0) >= firstWithTopicIds) return broker.request(request, requestTimeout);
  const recreated = await recreatedTopics(cluster, offsets);
  const others = offsets.filter((offset) => !recreated.has(offset));
  const committed = others.length > 0 ? await broker.request(offsetCommitRequest(member, others), requestTimeout) : [];
  return new Map([
    ...committed,
    ...[...recreated].map(
      ({ topic, partition }) => [partitionKey(topic, partition), { errorCode: unknownTopicId }] as const,
    ),
  ]);
}

/** The offsets of topics that have another id now. */
async function recreatedTopics(cluster: Cluster, offsets: readonly OffsetToCommit[]): Promise<Set<OffsetToCommit>> {
  const withId = offsets.filter(({ topicId }) => topicId !== undefined);
  if (withId.length === 0) return new Set();
  const described = await cluster.metadata([...new Set(withId.map(({ topic }) => topic))]);
  const ids = new Map(described.map(({ topic, topicId }) => [topic, topicId]));
  return new Set(withId.filter(({ topic, topicId }) => (ids.get(topic) ?? topicId) !== topicId));
}

/** The committed offsets of partitions; one answer for each, in the same order. */
export async function fetchOffsets(
  coordinators: Coordinators,
  member: OffsetReader,
  partitions: readonly TopicPartition[],
  requireStable = true,
): Promise<CommittedOffset[]> {
  const { group } = member;
  const what = "Asking for the offset of";
  const refusals = partitions.map(([topic, partition]) => itemError(what, group, topic, partition));
  const asked = partitions.filter((_, index) => refusals[index] === undefined);
  const offsets = new Map<string, { readonly errorCode: number; readonly offset: bigint }>();
  if (asked.length > 0) {
    const response = await coordinators.request(group, offsetFetchRequest(member, asked, requireStable));
    coordinators.check(group, response.errorCode, "Asking for offsets of");
    for (const one of response.partitions) offsets.set(partitionKey(one.topic, one.partition), one);
  }
  return partitions.map(([topic, partition], index): CommittedOffset => {
    const known = offsets.get(partitionKey(topic, partition));
    const error = refusals[index] ?? responseError(what, group, topic, partition, known?.errorCode);
    if (error !== undefined) return { topic, partition, error };
    // Only a response without an error says that nothing was committed.
    return { topic, partition, offset: known === undefined || known.offset < 0n ? undefined : known.offset };
  });
}

function offsetProblem({ offset, topicId }: OffsetToCommit): string | undefined {
  const why = int64Problem("offset", offset);
  if (why !== undefined) return why;
  // The coordinator would take -1, and then say that nothing was committed.
  if (offset < 0n) return `offset must not be below 0, as ${offset} is`;
  return topicId === undefined ? undefined : uuidProblem("topicId", topicId);
}

/** Why the protocol cannot carry what is said of a partition. */
function itemError(
  what: string,
  group: string,
  topic: string,
  partition: number,
  otherProblem: () => string | undefined = () => undefined,
): TransportError | undefined {
  const badName = topicProblem(topic);
  const why = badName ?? numberProblem("partition", partition) ?? otherProblem();
  if (why === undefined) return undefined;
  const code = badName === undefined ? "INVALID_REQUEST" : "INVALID_TOPIC_EXCEPTION";
  return kafkaError(code, place(what, group, topic, partition), { topic, partition, why });
}

/** The error of a partition in a response; undefined for none. A partition without a code was left out. */
function responseError(
  what: string,
  group: string,
  topic: string,
  partition: number,
  errorCode: number | undefined,
): TransportError | undefined {
  if (errorCode === 0) return undefined;
  const code = errorCode === undefined ? "NETWORK_EXCEPTION" : kafkaErrorName(errorCode);
  const why = errorCode === undefined ? "the response leaves it out" : undefined;
  return kafkaError(code, place(what, group, topic, partition), { topic, partition, why });
}

function place(what: string, group: string, topic: string, partition: number): string {
  return `${what} ${topic} [${partition}] in group ${group}`;
}
