import { NetworkClient } from "@dataqueues/core";
import type { TopicPartition } from "@dataqueues/core";

import { matchTopics, parseTopics } from "../arguments/topic-selection.ts";
import { missingTopics } from "../topics/require-topics.ts";
import { UsageError } from "../usage-error.ts";
import type { Host } from "./open-host.ts";

const requestTimeoutMs = 15_000;

/** Which partitions are wanted. */
export interface PartitionsOptions {
  /** Names of topics and patterns; all topics for none. */
  readonly topics: readonly string[];
  /** The same of each topic; all by default. */
  readonly partitions?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The partitions of topics on a host, sorted by topic and number.
 *
 * @throws Error for a topic that does not exist, or a pattern that matches nothing
 * @throws UsageError for a partition that a topic does not have
 * @throws TransportError when the host cannot be reached
 */
export async function findPartitions(
  { transport, name, connectTimeoutMs, onEvent }: Host,
  { topics, partitions, signal }: PartitionsOptions,
): Promise<TopicPartition[]> {
  const client = new NetworkClient(transport, "read", { connectTimeoutMs, requestTimeoutMs, onEvent });
  signal?.addEventListener("abort", () => client.close(signal.reason), { signal: client.signal });
  try {
    const all = await client.request("metadata", (connection) => connection.metadata());
    const existing = new Map(
      all.flatMap(({ topic, partitions: found }) =>
        found === undefined ? [] : [[topic, found.map(({ partition }) => partition)]],
      ),
    );
    const selection = parseTopics(topics);
    const names = [...existing.keys()];
    const missing = selection.names.filter((topic) => !existing.has(topic));
    if (missing.length > 0) throw missingTopics(missing, name, names);
    // A pattern leaves out Kafka's own topics, as consumers do.
    const internal = new Set(all.filter(({ isInternal }) => isInternal).map(({ topic }) => topic));
    const matched = matchTopics(names, selection).filter(
      (topic) => !internal.has(topic) || selection.names.includes(topic),
    );
    if (matched.length === 0) throw missingTopics([topics.join(" ") || "at all"], name, names);
    return matched.flatMap((topic) => {
      const found = (existing.get(topic) ?? []).toSorted((one, other) => one - other);
      const lacking = partitions?.find((partition) => !found.includes(partition));
      if (lacking !== undefined)
        throw new UsageError(`topic ${topic} has no partition ${lacking}, but ${found.length}, from 0 on`);
      return (partitions ?? found).map((partition): TopicPartition => [topic, partition]);
    });
  } finally {
    client.close();
  }
}
