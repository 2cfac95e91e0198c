import { groupBy, kafkaError, TransportError } from "@dataqueues/core";
import type { NetworkClient, PartitionMetadata } from "@dataqueues/core";

import { retry, unreachable } from "./retry.ts";
import type { RetryLimits } from "./retry.ts";
import { partitionError, topicError, topicMetadata } from "./topic-metadata.ts";
import type { TopicAction } from "./topic-metadata.ts";

/** A partition, and what is asked of it. */
interface PartitionItem {
  readonly topic: string;
  readonly partition: number;
}

/** An item, with the metadata of its partition. */
interface LedItem<Item> {
  readonly item: Item;
  readonly metadata: PartitionMetadata;
}

/** One kind of request to the leaders of partitions. */
interface LeaderRequest<Item, Value> {
  readonly action: TopicAction;
  /** Each partition once. */
  readonly items: readonly Item[];
  /** Asks one leader; one result for each item, in the same order. */
  readonly ask: (leader: number, led: readonly LedItem<Item>[]) => Promise<readonly (Value | TransportError)[]>;
}

/** How many partitions the error of a call that takes too long names. */
const mostNamed = 5;

/**
 * Asks each partition's leader, all partitions of a leader in one request, until each has its value. After an error that
 * passes by itself, metadata tell the leaders anew. Gives the items with their values, in the same order.
 *
 * @throws TransportError naming a topic or partition that does not exist; or the first partition that its leader refuses, once
 *   all the others have their values
 */
export async function askLeaders<Item extends PartitionItem, Value extends bigint | number>(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  { action, items, ask }: LeaderRequest<Item, Value>,
): Promise<(readonly [item: Item, value: Value])[]> {
  const results = new Map<Item, Value | TransportError>();
  const outcome = await retry(client, limits, `${action} ${placesOf(items)}`, async () => {
    const left = items.filter((item) => !results.has(item));
    const led = await withLeaders(client, action, left);
    if (led instanceof TransportError) return led;
    let failure: TransportError | undefined;
    const requests = [...groupBy(led, ({ metadata }) => metadata.leader)].map(async ([leader, own]) => {
      const told = leader < 0 ? own.map(withoutLeader) : await ask(leader, own).catch((error) => failed(error, own));
      for (const [index, { item }] of own.entries()) {
        const result = told[index] ?? noAnswer();
        if (!(result instanceof TransportError) || !result.retriable) results.set(item, result);
        else failure ??= partitionError(action, item, leaderError(result));
      }
    });
    await Promise.all(requests);
    if (failure !== undefined) throw failure;
    return results;
  });
  if (outcome instanceof TransportError) throw outcome;
  return items.map((item) => {
    const result = outcome.get(item);
    if (result === undefined || result instanceof TransportError) throw partitionError(action, item, result);
    return [item, result];
  });
}

/** The partitions in words; of many, the first ones. */
function placesOf(items: readonly PartitionItem[]): string {
  const places = items.slice(0, mostNamed).map(({ topic, partition }) => `${topic}[${partition}]`);
  if (items.length > mostNamed) places.push(`${items.length - mostNamed} more`);
  return places.join(", ");
}

/** The items with what metadata tell of their partitions; or the error of the first topic or partition that does not exist. */
async function withLeaders<Item extends PartitionItem>(
  client: NetworkClient<"admin">,
  action: TopicAction,
  items: readonly Item[],
): Promise<LedItem<Item>[] | TransportError> {
  const topics = await topicMetadata(client, [...new Set(items.map(({ topic }) => topic))]);
  const byTopic = new Map(
    topics.map(({ topic, partitions, error }) => [
      topic,
      { error, partitions: partitions && new Map(partitions.map((one) => [one.partition, one])) },
    ]),
  );
  const led: LedItem<Item>[] = [];
  for (const item of items) {
    const { partitions, error } = byTopic.get(item.topic) ?? {};
    if (partitions === undefined) return topicError(action, item.topic, error);
    const metadata = partitions.get(item.partition);
    if (metadata === undefined) return missingPartition(action, item, partitions.size);
    led.push({ item, metadata });
  }
  return led;
}

function missingPartition(action: TopicAction, item: PartitionItem, count: number): TransportError {
  const why = `the topic has ${count} ${count === 1 ? "partition" : "partitions"}`;
  return partitionError(action, item, kafkaError("UNKNOWN_TOPIC_OR_PARTITION", "metadata", { ...item, why }));
}

function withoutLeader({ metadata }: LedItem<unknown>): TransportError {
  return metadata.error ?? kafkaError("LEADER_NOT_AVAILABLE", "metadata");
}

/** The error of a request as a whole, as that of each partition. */
function failed(error: unknown, led: readonly LedItem<unknown>[]): TransportError[] {
  if (error instanceof TransportError && error.retriable) return led.map(() => error);
  throw error;
}

/** An error as `retry` is to take it: metadata came, so the log was reached, even if this leader was not. */
function leaderError(error: TransportError): TransportError {
  if (!unreachable.has(error.code)) return error;
  return new TransportError(error.message, { code: "LEADER_NOT_AVAILABLE", retriable: true, cause: error });
}

function noAnswer(): TransportError {
  return new TransportError("the log did not answer for it", { code: "UNKNOWN_SERVER_ERROR", retriable: false });
}
