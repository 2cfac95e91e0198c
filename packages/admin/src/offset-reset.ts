import { DataQueueError, invalidArgument, isOffset, TransportError } from "@dataqueues/core";
import type { CommitAnswer, NetworkClient, OffsetQuery, TopicPartition } from "@dataqueues/core";

import { allCommitted } from "./group-offsets.ts";
import { groupError, requestCoordinator } from "./group-requests.ts";
import { checkTime, keyOf, offsetsAt, partitionsOf, planPartitions } from "./partition-offsets.ts";
import type { OffsetsPlan, PartitionOffset, PartitionPlace } from "./partition-offsets.ts";
import { planPartitionValues } from "./partition-values.ts";
import { retry } from "./retry.ts";
import type { RetryLimits } from "./retry.ts";
import { partitionError } from "./topic-metadata.ts";

/** Where a group is to go on in a partition: at an offset, at the first record, at the end, or at the first record from a time on. */
export type OffsetReset = readonly [
  topic: string,
  partition: number,
  to: bigint | number | "earliest" | "latest" | Date,
];

/** A partition, and where the group is to go on there. */
interface PartitionReset extends PartitionPlace {
  readonly to: bigint | OffsetQuery["at"];
}

/** What offsets a group is to get: those of a list; or the same in topics and partitions, by default in all where it has one. */
export type ResetPlan =
  | { readonly resets: readonly PartitionReset[] }
  | { readonly resets?: undefined; readonly to: OffsetQuery["at"]; readonly asked: OffsetsPlan["asked"] | undefined };

/** Throws a `DataQueueError` `INVALID_ARGUMENT` that names what makes no sense. */
export function planReset(
  to: "earliest" | "latest" | Date | Iterable<OffsetReset>,
  topics?: string | Iterable<string | TopicPartition>,
): ResetPlan {
  if (typeof to === "string" || to instanceof Date || typeof to?.[Symbol.iterator] !== "function") {
    const wanted = '"earliest", "latest", a Date, or a list of topic, partition and offset';
    return { to: checkTime("to", to, wanted), asked: topics === undefined ? undefined : planPartitions(topics) };
  }
  if (topics !== undefined) throw invalidArgument("topics", "left out, as to is a list of partitions", topics);
  const planned = planPartitionValues("to", to, targetOf);
  return { resets: planned.map(({ topic, partition, value }) => ({ topic, partition, to: value })) };
}

function targetOf(name: string, to: unknown): PartitionReset["to"] {
  if (isOffset(to)) return BigInt(to);
  return checkTime(name, to, 'an offset, a whole number from 0 on, "earliest", "latest" or a Date');
}

/**
 * Sets the committed offsets of a group that has no members; gives the new ones, in the order asked for.
 *
 * @throws TransportError `NON_EMPTY_GROUP` for a group that has members; else naming the group, and a topic or partition that does
 *   not exist or that the log refuses
 * @throws DataQueueError `INVALID_ARGUMENT` when no topic is named, and the group has committed no offsets
 * @throws UnsupportedError when the log cannot set offsets of groups
 */
export async function resetOffsets(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  group: string,
  plan: ResetPlan,
): Promise<PartitionOffset[]> {
  const resets = plan.resets ?? (await resetsOf(client, limits, group, plan));
  const offsets = await targetOffsets(client, limits, group, resets);
  await commit(client, limits, group, offsets);
  return offsets;
}

async function resetsOf(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  group: string,
  { to, asked }: Extract<ResetPlan, { readonly resets?: undefined }>,
): Promise<PartitionReset[]> {
  if (asked !== undefined) {
    const places = await partitionsOf(client, limits, `reset offsets of group ${group} in`, asked);
    return places.map((place) => ({ ...place, to }));
  }
  const committed = await allCommitted(client, limits, "reset", group);
  if (committed.length === 0) {
    const message = `group ${group} has committed no offsets that could be reset: name the topics of which it shall get some`;
    throw new DataQueueError(message, { code: "INVALID_ARGUMENT" });
  }
  return committed.map(({ topic, partition }) => ({ topic, partition, to }));
}

/**
 * The offsets that resets stand for. As with Kafka's own tool, an offset beyond the log's ends becomes the end that it is nearer
 * to, and a time after the last record the end.
 */
async function targetOffsets(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  group: string,
  resets: readonly PartitionReset[],
): Promise<PartitionOffset[]> {
  const offsets = async (
    at: (to: PartitionReset["to"]) => OffsetQuery["at"] | undefined,
  ): Promise<Map<string, bigint>> => {
    const queries = resets.flatMap(({ topic, partition, to }) => {
      const query = at(to);
      return query === undefined ? [] : [{ topic, partition, at: query }];
    });
    const found = await offsetsAt(client, limits, `reset offsets of group ${group} in`, queries);
    return new Map(found.map((one) => [keyOf(one), one.offset]));
  };
  const starts = await offsets((to) => (to === "earliest" || typeof to === "bigint" ? "earliest" : undefined));
  const times = await offsets((to) => (typeof to === "object" ? to : undefined));
  const ends = await offsets((to) => (to === "earliest" ? undefined : "latest"));
  return resets.map((reset) => {
    const { topic, partition, to } = reset;
    const start = starts.get(keyOf(reset)) ?? 0n;
    const end = ends.get(keyOf(reset)) ?? start;
    const time = times.get(keyOf(reset)) ?? -1n;
    const wanted = typeof to === "bigint" ? to : to === "earliest" ? start : time < 0n ? end : time;
    return { topic, partition, offset: wanted < start ? start : wanted > end ? end : wanted };
  });
}

/** Commits offsets until each is accepted. Throws the error of the first one that is refused, once the others are accepted. */
async function commit(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  group: string,
  offsets: readonly PartitionOffset[],
): Promise<void> {
  const left = new Map(offsets.map((one) => [keyOf(one), one]));
  let refused: TransportError | undefined;
  await retry(client, limits, `reset offsets of group ${group}`, async () => {
    const specs = [...left.values()];
    const answers = specs.length === 0 ? [] : await alterGroupOffsets(client, group, specs);
    let failure: TransportError | undefined;
    for (const spec of specs) {
      const answer = answers.find((one) => keyOf(one) === keyOf(spec));
      const isAccepted = answer !== undefined && answer.error === undefined;
      if (answer?.error?.code === "UNKNOWN_MEMBER_ID") throw nonEmptyGroup(group, answer.error);
      const error = isAccepted ? undefined : partitionError(`reset offsets of group ${group} in`, spec, answer?.error);
      if (error?.retriable) failure = error;
      else {
        refused ??= error;
        left.delete(keyOf(spec));
      }
    }
    if (failure !== undefined) throw failure;
    return left;
  });
  if (refused !== undefined) throw refused;
}

async function alterGroupOffsets(
  client: NetworkClient<"admin">,
  group: string,
  offsets: readonly PartitionOffset[],
): Promise<CommitAnswer[]> {
  try {
    return await requestCoordinator(client, "alterGroupOffsets", (one) => one.alterGroupOffsets(group, offsets));
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    throw error.code === "UNKNOWN_MEMBER_ID"
      ? nonEmptyGroup(group, error)
      : groupError("reset offsets of", group, error);
  }
}

/** Whoever is no member may not commit while others are: they would go on from their own offsets, and commit those. */
function nonEmptyGroup(group: string, cause: TransportError): TransportError {
  const message = `cannot reset offsets of group ${group}: it has members. Stop them, or wait until their sessions are over, and call again`;
  return new TransportError(message, { code: "NON_EMPTY_GROUP", retriable: false, cause });
}
