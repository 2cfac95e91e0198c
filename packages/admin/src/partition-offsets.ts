import { checkNumber, checkTopic, invalidArgument } from "@dataqueues/core";
import type { NetworkClient, OffsetQuery, TopicPartition } from "@dataqueues/core";

import { askLeaders } from "./leader-requests.ts";
import type { RetryLimits } from "./retry.ts";
import { describeTopics } from "./topic-description.ts";
import { listOf } from "./topic-plan.ts";

/** An offset of one partition; -1n where no record is at or after the time that was asked for. */
export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

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
  const asked = listOf(topics).map((one, index) => askedOf(`topics[${index}]`, one));
  if (at === "earliest" || at === "latest") return { asked, at };
  if (at instanceof Date && !Number.isNaN(at.getTime())) return { asked, at: { timestamp: at.getTime() } };
  throw invalidArgument("at", '"earliest", "latest" or a Date', at);
}

function askedOf(name: string, one: unknown): string | TopicPartition {
  if (typeof one === "string") return checkTopic(name, one);
  if (!Array.isArray(one)) throw invalidArgument(name, "a topic, or a pair of topic and partition", one);
  return [checkTopic(`${name}[0]`, one[0]), checkNumber(`${name}[1]`, one[1])];
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
  const whole = new Set(asked.filter((one) => typeof one === "string"));
  const described = await describeTopics(client, limits, [...whole], action);
  const numbers = new Map(described.map(({ topic, partitions }) => [topic, partitions.map((one) => one.partition)]));
  const places = asked.flatMap((one) => {
    if (typeof one !== "string") return [{ topic: one[0], partition: one[1] }];
    return (numbers.get(one) ?? []).toSorted((a, b) => a - b).map((partition) => ({ topic: one, partition }));
  });
  const keyOf = ({ topic, partition }: (typeof places)[number]): string => `${topic}/${partition}`;
  const items = [...new Map(places.map((place) => [keyOf(place), place])).values()];
  const results = await askLeaders(client, limits, {
    action,
    items,
    ask: async (leader, led) => {
      const queries = led.map(({ item, metadata }) => ({ ...item, leaderEpoch: metadata.leaderEpoch, at }));
      const results = await client.request("listOffsets", (connection) => connection.listOffsets(leader, queries));
      return results.map((result) => result.error ?? result.offset);
    },
  });
  const offsets = new Map(results.map(([item, offset]) => [keyOf(item), { ...item, offset }]));
  return places.flatMap((place) => offsets.get(keyOf(place)) ?? []);
}
