import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueError, invalidArgument, NetworkClient, UnsupportedError } from "@dataqueues/core";
import type { OnEvent, Transport } from "@dataqueues/core";

import type { RecordedTopic } from "./recording.ts";

/** A topic of a recording, and where its records go. */
export interface TopicToReplay extends RecordedTopic {
  readonly target: string;
}

/** How topics are made ready for a replay. */
export interface PrepareOptions {
  readonly keepTimestamps: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent | undefined;
}

/**
 * The topics that are chosen, with their new names.
 *
 * @throws DataQueueError `INVALID_ARGUMENT` for a topic that the recording does not have, and for two that would become one
 */
export function topicsToReplay(
  recorded: readonly RecordedTopic[],
  names: Readonly<Record<string, string>> | undefined,
): TopicToReplay[] {
  if (names === undefined) return recorded.map((topic) => ({ ...topic, target: topic.topic }));
  const targets = new Set<string>();
  return Object.entries<unknown>(names).map(([name, target]): TopicToReplay => {
    const found = recorded.find(({ topic }) => topic === name);
    if (found === undefined) {
      const known = recorded.map(({ topic }) => topic).join(", ");
      const message = `topics names ${name}, which the recording does not have; it has ${known === "" ? "no topics" : known}`;
      throw new DataQueueError(message, { code: "INVALID_ARGUMENT", topic: name });
    }
    if (typeof target !== "string" || target === "") {
      throw invalidArgument(`topics[${JSON.stringify(name)}]`, "the name that the topic gets", target);
    }
    if (targets.has(target)) {
      const message = `topics would put the records of two topics in ${target}; give each a name of its own`;
      throw new DataQueueError(message, { code: "INVALID_ARGUMENT", topic: target });
    }
    targets.add(target);
    return { ...found, target };
  });
}

/**
 * Creates the topics that do not exist, with as many partitions as they had and their settings.
 *
 * @throws DataQueueError `INVALID_PARTITIONS` for a topic that exists and has fewer partitions; then nothing was created
 * @throws TransportError naming a topic that the log refuses
 */
export async function prepareTopics(
  transport: Transport,
  topics: readonly TopicToReplay[],
  options: PrepareOptions,
): Promise<void> {
  const existing = await existingPartitions(transport, topics, options);
  for (const topic of topics) {
    const { target } = topic;
    const [has, needed] = [existing.get(target), neededPartitions(topic)];
    if (has === undefined || has >= needed) continue;
    const message = `cannot replay into topic ${target}: it has ${has} partitions and the recording ${needed}; replay into a topic of another name, or give it more partitions first`;
    throw new DataQueueError(message, { code: "INVALID_PARTITIONS", topic: target });
  }
  const missing = topics.filter(({ target }) => !existing.has(target));
  await createTopics(transport, missing, options);
}

async function createTopics(
  transport: Transport,
  topics: readonly TopicToReplay[],
  { keepTimestamps, signal, onEvent }: PrepareOptions,
): Promise<void> {
  let admin: DataQueueAdmin | undefined;
  try {
    // One after the other, as each has settings of its own.
    for (const topic of topics) {
      try {
        admin ??= new DataQueueAdmin(transport, { signal, onEvent });
        const configs = configsFor(topic, keepTimestamps);
        await admin.createTopics([[topic.target, neededPartitions(topic)]], { configs });
      } catch (cause) {
        throw creationError(topic.target, cause);
      }
    }
  } finally {
    await admin?.close();
  }
}

function creationError(topic: string, cause: unknown): unknown {
  if (cause instanceof UnsupportedError) {
    const message = `topic ${topic} does not exist and cannot be created: ${cause.message}`;
    return new UnsupportedError(message, { topic, cause });
  }
  if (!(cause instanceof DataQueueError) || cause.code !== "INVALID_CONFIG") return cause;
  // Another version of Kafka, or another product, may not have a setting.
  const message = `${cause.message}; create topic ${topic} with the settings that you need, then replay into it`;
  return new DataQueueError(message, { code: cause.code, topic, cause });
}

/** How many partitions the topics have that exist. */
async function existingPartitions(
  transport: Transport,
  topics: readonly TopicToReplay[],
  { signal, onEvent }: PrepareOptions,
): Promise<ReadonlyMap<string, number>> {
  if (topics.length === 0) return new Map();
  // Whoever may write need not be allowed to change topics.
  const client = new NetworkClient(transport, "write", { connectTimeoutMs: 15_000, requestTimeoutMs: 30_000, onEvent });
  const stop = (): void => client.close(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const names = topics.map(({ target }) => target);
    const answers = await client.requestOrReconnect("metadata", (connection) => connection.metadata(names));
    const refused = answers.find(({ error }) => error !== undefined && error.code !== "UNKNOWN_TOPIC_OR_PARTITION");
    if (refused?.error !== undefined) throw refused.error;
    return new Map(
      answers.flatMap(({ topic, partitions }) => (partitions ? [[topic, partitions.length] as const] : [])),
    );
  } finally {
    signal.removeEventListener("abort", stop);
    client.close();
  }
}

function neededPartitions({ partitions }: RecordedTopic): number {
  return Math.max(1, ...partitions.map(({ partition }) => partition + 1));
}

/** Settings that are of the brokers where the topic was recorded; others may not have as many replicas, or no such storage. */
const ofTheCluster = /^(min\.insync\.replicas|.*\.replication\.throttled\.replicas|remote\..*|local\.retention\..*)$/;

/** Whatever the age and size of what is replayed, the log is not to delete it at once. */
const keepAll: Readonly<Record<string, string>> = {
  "message.timestamp.type": "CreateTime",
  "retention.ms": "-1",
  "retention.bytes": "-1",
};

function configsFor({ configs }: RecordedTopic, keepTimestamps: boolean): Record<string, string> {
  const own = Object.entries(configs).filter(([name]) => !ofTheCluster.test(name));
  return { ...Object.fromEntries(own), ...(keepTimestamps ? keepAll : {}) };
}
