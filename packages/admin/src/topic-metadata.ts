import { TransportError } from "@dataqueues/core";
import type { ErrorPlace, NetworkClient, TopicMetadata } from "@dataqueues/core";

/** Metadata of a topic that exists. */
export type FoundTopic = Extract<TopicMetadata, { readonly error?: undefined }>;

/**
 * What the log says of topics, also that it refuses one or does not have it.
 *
 * @throws TransportError naming the topic when its metadata cannot be had now, but may be later
 */
export async function topicMetadata(
  client: NetworkClient<"admin">,
  topics: readonly string[],
): Promise<TopicMetadata[]> {
  if (topics.length === 0) return [];
  const results = await client.requestOrReconnect("metadata", (connection) => connection.metadata(topics));
  for (const { topic, error } of results) {
    if (error?.retriable && !isMissing(error)) throw topicError("describe", topic, error);
  }
  return results;
}

/** Topics by what the log says of them; those that do not exist are left out. */
export interface FoundTopics {
  readonly found: readonly FoundTopic[];
  readonly refused: readonly { readonly topic: string; readonly error: TransportError }[];
}

/** {@link topicMetadata}, divided in topics that exist and topics that the log refuses. */
export async function findTopics(client: NetworkClient<"admin">, topics: readonly string[]): Promise<FoundTopics> {
  const results = await topicMetadata(client, topics);
  const failed = results.filter((result) => result.error !== undefined);
  return {
    found: results.filter((result) => result.error === undefined),
    refused: failed.filter(({ error }) => !isMissing(error)),
  };
}

/** What is done with a topic or its partitions. */
export type TopicAction =
  | "create"
  | "grow"
  | "describe"
  | "delete"
  | "list offsets of"
  | "delete records of"
  | "find the size of"
  | "describe the settings of"
  | "change the settings of"
  | `${"show" | "reset"} offsets of group ${string} in`;

/** The error of one topic, with what was to be done with it. */
export function topicError(action: TopicAction, topic: string, cause: TransportError | undefined): TransportError {
  return errorOf(`cannot ${action} topic ${topic}`, { topic }, cause);
}

/** The error of one partition, with what was to be done with it. */
export function partitionError(
  action: TopicAction,
  { topic, partition }: { readonly topic: string; readonly partition: number },
  cause: TransportError | undefined,
): TransportError {
  return errorOf(`cannot ${action} ${topic}[${partition}]`, { topic, partition }, cause);
}

function errorOf(what: string, place: ErrorPlace, cause: TransportError | undefined): TransportError {
  const reason = cause?.message ?? "the log did not answer for it";
  const { code = "UNKNOWN_SERVER_ERROR", retriable = false } = cause ?? {};
  return new TransportError(`${what}: ${reason}`, { code, retriable, ...place, cause });
}

function isMissing({ code }: TransportError): boolean {
  return code === "UNKNOWN_TOPIC_OR_PARTITION";
}
