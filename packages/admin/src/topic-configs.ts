import { checkObject, checkTopic, DataQueueError, invalidArgument, isIterable } from "@dataqueues/core";
import type { AlterConfigsOptions, ConfigEntry, NetworkClient, NewConfigs } from "@dataqueues/core";

import { connectionWith } from "./optional-requests.ts";
import type { RetryLimits } from "./retry.ts";
import { askTopics } from "./topic-requests.ts";

/** A topic and its settings, by Kafka's names. */
export interface TopicConfigsDescription {
  readonly topic: string;
  readonly configs: Readonly<Record<string, ConfigEntry>>;
}

/** Settings to change, by Kafka's names; null sets the default back. */
export type ConfigChanges = Readonly<Record<string, string | null>>;

/**
 * Describes the settings of topics, in the order asked for.
 *
 * @throws TransportError naming the first topic that does not exist or that the log refuses
 * @throws UnsupportedError when the log has no settings
 */
export async function describeConfigs(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  topics: readonly string[],
): Promise<TopicConfigsDescription[]> {
  const answers = await askTopics(client, limits, {
    action: "describe the settings of",
    topics: [...new Set(topics)],
    ask: async (left) => {
      const connection = await connectionWith(client, "describeConfigs");
      return client.requestOrReconnect("describeConfigs", () => connection.describeConfigs(left));
    },
  });
  return topics.flatMap((topic) => {
    const configs = answers.find((one) => one.topic === topic)?.configs;
    return configs === undefined ? [] : [{ topic, configs }];
  });
}

/** Changes of settings: those of each topic by its name, or pairs of topic and settings. */
export type TopicConfigChanges =
  | Readonly<Record<string, ConfigChanges>>
  | Iterable<readonly [topic: string, configs: ConfigChanges]>;

/** Throws a `DataQueueError` `INVALID_ARGUMENT` that names what makes no sense. */
export function planConfigChanges(changes: TopicConfigChanges): NewConfigs[] {
  checkObject("configs", changes);
  const pairs = isIterable(changes)
    ? Array.from(changes, (pair, index) => newConfigsOf(`configs[${index}]`, pair))
    : Object.entries(changes).map(([topic, configs]) => ({
        topic: checkTopic("a key of configs", topic),
        configs: checkChanges(`configs[${JSON.stringify(topic)}]`, configs),
      }));
  const named = new Set<string>();
  for (const { topic } of pairs) {
    if (named.has(topic)) {
      const message = `configs names the topic ${topic} again: give all its settings at once`;
      throw new DataQueueError(message, { code: "INVALID_ARGUMENT", topic });
    }
    named.add(topic);
  }
  return pairs;
}

function newConfigsOf(name: string, pair: unknown): NewConfigs {
  if (!Array.isArray(pair)) throw invalidArgument(name, "a pair of topic and settings", pair);
  return { topic: checkTopic(`${name}[0]`, pair[0]), configs: checkChanges(`${name}[1]`, pair[1]) };
}

/** A copy, so that the caller may change its object while the call is repeated. */
function checkChanges(name: string, changes: object): ConfigChanges {
  checkObject(name, changes);
  const configs = Object.entries<unknown>({ ...changes }).map(([setting, value]) => {
    if (typeof value === "string" || value === null) return [setting, value] as const;
    throw invalidArgument(`${name}[${JSON.stringify(setting)}]`, "a text, or null for the default", value);
  });
  return Object.fromEntries(configs);
}

/** Throws a `DataQueueError` `INVALID_ARGUMENT` for options that make no sense. */
export function checkAlterConfigsOptions(options: AlterConfigsOptions): void {
  checkObject("options", options);
  const { validateOnly }: { readonly validateOnly?: unknown } = options;
  if (validateOnly !== undefined && typeof validateOnly !== "boolean") {
    throw invalidArgument("validateOnly", "true or false", validateOnly);
  }
}

/**
 * Changes settings until the log has accepted all changes.
 *
 * @throws TransportError naming the first topic that does not exist or whose change the log refuses, once the others are done
 * @throws UnsupportedError when the log has no settings to change
 */
export async function alterConfigs(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  changes: readonly NewConfigs[],
  options: AlterConfigsOptions,
): Promise<void> {
  await askTopics(client, limits, {
    action: "change the settings of",
    topics: changes.map(({ topic }) => topic),
    ask: async (left) => {
      const connection = await connectionWith(client, "alterConfigs");
      const specs = changes.filter(({ topic }) => left.includes(topic));
      return client.requestOrReconnect("alterConfigs", () => connection.alterConfigs(specs, options));
    },
  });
}
