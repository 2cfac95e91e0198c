import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueError } from "@dataqueues/core";
import type { ConfigEntry, OnEvent, Transport } from "@dataqueues/core";

/** How topics are asked for their settings. */
export interface TopicConfigsOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: OnEvent | undefined;
}

/** The settings that topics have of their own, by the topics' names. */
export type TopicConfigsByName = ReadonlyMap<string, Readonly<Record<string, string>>>;

/**
 * The settings that topics have of their own, and how large records may be, if the broker says that for all topics. A topic is
 * left out when the log has no settings or does not show them to this caller: a recording does without.
 */
export async function topicConfigs(
  transport: Transport,
  topics: readonly string[],
  options: TopicConfigsOptions,
): Promise<TopicConfigsByName> {
  const configs = new Map<string, Readonly<Record<string, string>>>();
  // A transport without types may lack capabilities.
  if (topics.length === 0 || !(transport.capabilities?.admin ?? true)) return configs;
  const admin = new DataQueueAdmin(transport, options);
  try {
    await admin.connect();
    // Each by itself: a topic that is refused does not keep the others from being told.
    const answers = await Promise.allSettled(topics.map((topic) => admin.describeConfigs(topic)));
    for (const answer of answers) {
      if (answer.status === "rejected") throwUnlessRefused(answer.reason, options.signal);
      else for (const one of answer.value) configs.set(one.topic, ownConfigs(one.configs));
    }
  } catch (error) {
    throwUnlessRefused(error, options.signal);
  } finally {
    await admin.close();
  }
  return configs;
}

function ownConfigs(entries: Readonly<Record<string, ConfigEntry>>): Record<string, string> {
  const own = Object.entries(entries).flatMap(([name, { value, source, isDefault }]) => {
    const isOwn = source === "DYNAMIC_TOPIC_CONFIG" || (name === "max.message.bytes" && !isDefault);
    return isOwn && value !== null ? [[name, value] as const] : [];
  });
  return Object.fromEntries(own);
}

/** The log's refusals are errors of the library; a caller that aborts may give any reason. */
function throwUnlessRefused(error: unknown, signal: AbortSignal | undefined): void {
  if (!(error instanceof DataQueueError) && signal?.aborted !== true) throw error;
}
