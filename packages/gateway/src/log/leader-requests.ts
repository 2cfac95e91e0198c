import { kafkaError, TransportError } from "@dataqueues/core";

import type { MetadataCache } from "./metadata-cache.ts";

/** A partition of which something is asked. */
export interface PartitionItem {
  readonly topic: string;
  readonly partition: number;
}

/** An item, with the newest epoch that metadata told. */
export type LedItem<Item extends PartitionItem> = Item & { readonly leaderEpoch?: number | undefined };

/** One kind of request to the leaders of partitions. */
export interface LeaderRequest<Item extends PartitionItem, Result> {
  /** Asks one leader; one result for each item, in the same order. */
  readonly ask: (leader: number, items: readonly LedItem<Item>[]) => Promise<readonly Result[]>;
  /** The result of an item that failed. */
  readonly failed: (item: Item, error: TransportError) => Result;
  /** Why an item failed, if it did. */
  readonly errorOf: (result: Result) => TransportError | undefined;
  /** Waits before an item is asked for again. Without it nothing is. */
  readonly pause?: ((ms: number) => Promise<void>) | undefined;
}

/** Errors after which somebody else may lead the partition. */
const movedLeaderCodes: ReadonlySet<string> = new Set([
  "NOT_LEADER_OR_FOLLOWER",
  "FENCED_LEADER_EPOCH",
  "UNKNOWN_LEADER_EPOCH",
  "LEADER_NOT_AVAILABLE",
  "REPLICA_NOT_AVAILABLE",
  "KAFKA_STORAGE_ERROR",
  "UNKNOWN_TOPIC_ID",
  "INCONSISTENT_TOPIC_ID",
]);

/** Whether new metadata may lead to another answer. */
export function mayHaveMoved({ code }: TransportError): boolean {
  return movedLeaderCodes.has(code);
}

/** The pauses before an item is asked for again, in ms. */
const pausesMs = [20, 100, 300];

/**
 * Asks each partition's leader, all partitions of a leader in one request; one result for each item, in the same order. A request
 * that fails as a whole is an error of its own items. Items whose leader has moved are asked for again, with new metadata.
 */
export async function askLeaders<Item extends PartitionItem, Result>(
  metadata: MetadataCache,
  items: readonly Item[],
  request: LeaderRequest<Item, Result>,
): Promise<Result[]> {
  const results = await askOnce(metadata, items, request);
  for (const pauseMs of request.pause === undefined ? [] : pausesMs) {
    const again: number[] = [];
    for (const [index, result] of results.entries()) {
      const error = request.errorOf(result);
      if (error !== undefined && mayHaveMoved(error)) again.push(index);
    }
    if (again.length === 0) break;
    await request.pause?.(pauseMs);
    const repeated = again.flatMap((index) => items[index] ?? []);
    for (const [place, result] of (await askOnce(metadata, repeated, request)).entries()) {
      results[again[place] ?? 0] = result;
    }
  }
  return results;
}

async function askOnce<Item extends PartitionItem, Result>(
  metadata: MetadataCache,
  items: readonly Item[],
  { ask, failed, errorOf }: LeaderRequest<Item, Result>,
): Promise<Result[]> {
  const byLeader = new Map<number, { readonly index: number; readonly item: LedItem<Item> }[]>();
  const results: Result[] = [];
  const leaders = await Promise.all(items.map((item) => metadata.leaderOf(item.topic, item.partition)));
  for (const [index, item] of items.entries()) {
    const led = leaders[index];
    if (led === undefined || led instanceof TransportError) {
      results[index] = failed(item, led ?? noAnswer(item));
      continue;
    }
    const group = byLeader.get(led.leader) ?? [];
    byLeader.set(led.leader, group);
    group.push({ index, item: { ...item, leaderEpoch: led.leaderEpoch } });
  }
  const requests = [...byLeader].map(async ([leader, group]) => {
    const own = group.map(({ item }) => item);
    const told = await ask(leader, own).catch((error: unknown) => {
      if (!(error instanceof TransportError)) throw error;
      // The leader may be gone, and another one in its place.
      for (const { topic } of own) metadata.expire(topic);
      return own.map((item) => failed(item, error));
    });
    for (const [place, { index, item }] of group.entries()) {
      const result = told[place] ?? failed(item, noAnswer(item));
      const error = errorOf(result);
      if (error !== undefined && (mayHaveMoved(error) || error.code === "UNKNOWN_TOPIC_OR_PARTITION")) {
        metadata.expire(item.topic);
      }
      results[index] = result;
    }
  });
  await Promise.all(requests);
  return results;
}

function noAnswer({ topic, partition }: PartitionItem): TransportError {
  const why = "the log did not answer for it";
  return kafkaError("UNKNOWN_SERVER_ERROR", `${topic}[${partition}]`, { topic, partition, why });
}
