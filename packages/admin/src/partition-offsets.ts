import { checkNumber, checkTopic, invalidArgument, partitionKey } from "@dataqueues/core";
import type { NetworkClient, OffsetQuery, TopicPartition } from "@dataqueues/core";

import { askLeaders } from "./leader-requests.ts";
import type { RetryLimits } from "./retry.ts";
import { describeTopics } from "./topic-description.ts";
import type { TopicAction } from "./topic-metadata.ts";
import { listOf } from "./topic-plan.ts";

/** An offset of one partition; -1n where no record is at or after the time that was asked for. */
export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** A partition of a topic. */
export interface PartitionPlace {
  readonly topic: string;
  readonly partition: number;
}

/** A partition, and which of its offsets is asked for. */
type PartitionQuery = PartitionPlace & Pick<OffsetQuery, "at">;

/** What offsets are asked for: of whole topics and of single partitions. */
export interface OffsetsPlan {
  readonly asked: readonly (string | TopicPartition)[];
  readonly at: OffsetQuery["at"];
}

/** Throws a `DataQueueError` `INVALID_ARGUMENT` that names what makes no sense. */
export function planOffsets(
  topics: string | Iterable<string | TopicPartition>,
  at: "earliest" | "latest" | Date,
): OffsetsPlan {
  return { asked: planPartitions(topics), at: checkTime("at", at) };
}

/** The topics and partitions of a caller's list. Throws a `DataQueueError` `INVALID_ARGUMENT` that names what is neither. */
export function planPartitions(topics: string | Iterable<string | TopicPartition>): (string | TopicPartition)[] {
  return listOf(topics).map((one, index) => askedOf(`topics[${index}]`, one));
}

function askedOf(name: string, one: unknown): string | TopicPartition {
  if (typeof one === "string") return checkTopic(name, one);
  if (!Array.isArray(one)) throw invalidArgument(name, "a topic, or a pair of topic and partition", one);
  return [checkTopic(`${name}[0]`, one[0]), checkNumber(`${name}[1]`, one[1])];
}

/** Which offset a caller means. Throws a `DataQueueError` `INVALID_ARGUMENT` that names the argument. */
export function checkTime(name: string, at: unknown, wanted = '"earliest", "latest" or a Date'): OffsetQuery["at"] {
  if (at === "earliest" || at === "latest") return at;
  if (at instanceof Date && !Number.isNaN(at.getTime())) return { timestamp: at.getTime() };
  throw invalidArgument(name, wanted, at);
}

/**
 * Asks for the offsets of a plan, in its order; for a partition that is named twice only once.
 *
 * @throws TransportError naming a topic or partition that does not exist, or that the log refuses
 */
export async function listOffsets(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  { asked, at }: OffsetsPlan,
): Promise<PartitionOffset[]> {
  const action = "list offsets of";
  const places = await partitionsOf(client, limits, action, asked);
  return offsetsAt(
    client,
    limits,
    action,
    places.map((place) => ({ ...place, at })),
  );
}

/**
 * The partitions that topics and pairs stand for, in their order; a topic's by their numbers.
 *
 * @param action - what they are for
 * @throws TransportError `UNKNOWN_TOPIC_OR_PARTITION` naming a topic that does not exist
 */
export async function partitionsOf(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  action: TopicAction,
  asked: OffsetsPlan["asked"],
): Promise<PartitionPlace[]> {
  const whole = new Set(asked.filter((one) => typeof one === "string"));
  const described = await describeTopics(client, limits, [...whole], action);
  const numbers = new Map(described.map(({ topic, partitions }) => [topic, partitions.map((one) => one.partition)]));
  return asked.flatMap((one) => {
    if (typeof one !== "string") return [{ topic: one[0], partition: one[1] }];
    return (numbers.get(one) ?? []).toSorted((a, b) => a - b).map((partition) => ({ topic: one, partition }));
  });
}

/**
 * Asks the leaders of partitions for offsets, in the order asked for; for a partition that is named twice only once.
 *
 * @param action - what they are for
 * @throws TransportError naming a topic or partition that does not exist, or that the log refuses
 */
export async function offsetsAt(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  action: TopicAction,
  queries: readonly PartitionQuery[],
): Promise<PartitionOffset[]> {
  const results = await askLeaders(client, limits, {
    action,
    items: eachOnce(queries),
    ask: async (leader, led) => {
      const asked = led.map(({ item, metadata }) => ({ ...item, leaderEpoch: metadata.leaderEpoch }));
      const results = await client.request("listOffsets", (connection) => connection.listOffsets(leader, asked));
      return results.map((result) => result.error ?? result.offset);
    },
  });
  const offsets = new Map(results.map(([item, offset]) => [keyOf(item), offset]));
  return queries.flatMap((query) => {
    const { topic, partition } = query;
    const offset = offsets.get(keyOf(query));
    return offset === undefined ? [] : [{ topic, partition, offset }];
  });
}

/** One text for a partition. */
export function keyOf({ topic, partition }: PartitionPlace): string {
  return partitionKey(topic, partition);
}

/** The partitions, without what is named again. */
export function eachOnce<Place extends PartitionPlace>(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [keyOf(place), place])).values()];
}
