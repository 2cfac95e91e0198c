import { TransportError } from "@dataqueues/core";
import type { CommittedOffset, NetworkClient, TopicPartition } from "@dataqueues/core";

import { groupError, requestCoordinator } from "./group-requests.ts";
import { offsetsAt, partitionsOf } from "./partition-offsets.ts";
import type { OffsetsPlan, PartitionPlace } from "./partition-offsets.ts";
import { retry } from "./retry.ts";
import type { RetryLimits } from "./retry.ts";
import { findTopics, partitionError, topicError } from "./topic-metadata.ts";

/** How far a group is in one partition. */
export interface GroupOffset {
  readonly topic: string;
  readonly partition: number;
  /** The offset of the next record to read; undefined where the group has committed none. */
  readonly offset: bigint | undefined;
  /** The end of what a consumer can read, as `listOffsets` gives it. */
  readonly end: bigint;
  /**
   * How many offsets the group is behind: `end - offset`, undefined without an `offset`. It is negative where the group is
   * after the end: the topic was created again, or was read beyond an open transaction.
   */
  readonly lag: bigint | undefined;
}

/** An offset that a group has committed, or that it has committed none. */
type Committed = Extract<CommittedOffset, { readonly error?: undefined }>;

/**
 * How far a group is in topics and partitions, in the order asked for; in all where it has committed an offset if none is named.
 *
 * @throws TransportError naming the group, and a topic or partition that does not exist or that the log refuses
 * @throws UnsupportedError when the log cannot show offsets of groups
 */
export async function groupOffsets(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  group: string,
  asked: OffsetsPlan["asked"] | undefined,
): Promise<GroupOffset[]> {
  const action = `show offsets of group ${group} in` as const;
  const committed =
    asked === undefined
      ? await allCommitted(client, limits, "show", group)
      : await fetchCommitted(client, limits, "show", group, await partitionsOf(client, limits, action, asked));
  const queries = committed.map(({ topic, partition }) => ({ topic, partition, at: "latest" }) as const);
  const ends = await offsetsAt(client, limits, action, queries);
  return ends.map(({ topic, partition, offset: end }, index) => {
    const offset = committed[index]?.offset;
    return { topic, partition, offset, end, lag: offset === undefined ? undefined : end - offset };
  });
}

/** All that a group has committed, by topics and partitions. A topic that is gone is left out: a log may keep its offsets for a while. */
export async function allCommitted(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  verb: "show" | "reset",
  group: string,
): Promise<Committed[]> {
  const all = await fetchCommitted(client, limits, verb, group, undefined);
  const committed = all.filter(({ offset }) => offset !== undefined);
  const topics = [...new Set(committed.map(({ topic }) => topic))].sort();
  const action = `${verb} offsets of group ${group} in` as const;
  const { found, refused } = await retry(client, limits, `${action} ${topics.join(", ")}`, () =>
    findTopics(client, topics),
  );
  for (const { topic, error } of refused) throw topicError(action, topic, error);
  return topics.flatMap((topic) => {
    const partitions = found.find((one) => one.topic === topic)?.partitions ?? [];
    return committed
      .filter((one) => one.topic === topic && partitions.some(({ partition }) => partition === one.partition))
      .sort((one, other) => one.partition - other.partition);
  });
}

/** What a group has committed in partitions, in their order; or all that it has committed. */
async function fetchCommitted(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  verb: "show" | "reset",
  group: string,
  places: readonly PartitionPlace[] | undefined,
): Promise<Committed[]> {
  if (places?.length === 0) return [];
  const pairs = places?.map(({ topic, partition }): TopicPartition => [topic, partition]);
  return retry(client, limits, `${verb} offsets of group ${group}`, async () => {
    const results = await requestCoordinator(client, "fetchGroupOffsets", (connection) =>
      connection.fetchGroupOffsets(group, pairs),
    ).catch((error: unknown) => {
      throw error instanceof TransportError ? groupError(`${verb} offsets of`, group, error) : error;
    });
    return results.map((result) => {
      if (result.error === undefined) return result;
      throw partitionError(`${verb} offsets of group ${group} in`, result, result.error);
    });
  });
}
