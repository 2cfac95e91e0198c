import { kafkaError, kafkaErrorName } from "@dataqueues/core";
import type {
  AlterConfigsOptions,
  ConfigEntry,
  ConfigSource,
  NewConfigs,
  TopicConfigs,
  TopicResult,
} from "@dataqueues/core";
import type { Cluster } from "./cluster.ts";
import { describeConfigsRequest, topicResource } from "./protocol/describe-configs.ts";
import type { DescribedConfig, DescribedConfigs } from "./protocol/describe-configs.ts";
import { textProblem, topicProblem } from "./protocol/field-limits.ts";
import { incrementalAlterConfigsRequest } from "./protocol/incremental-alter-configs.ts";
import { changeTopics } from "./topic-changes.ts";
import { topicText } from "./topic-metadata.ts";

/** The sources of a topic's settings, by Kafka's numbers. */
const sources: Readonly<Record<number, ConfigSource>> = {
  1: "DYNAMIC_TOPIC_CONFIG",
  2: "DYNAMIC_BROKER_CONFIG",
  3: "DYNAMIC_DEFAULT_BROKER_CONFIG",
  4: "STATIC_BROKER_CONFIG",
  5: "DEFAULT_CONFIG",
};

/** The settings of topics, which every broker knows; one result for each topic, in the same order. */
export async function describeConfigs(cluster: Cluster, topics: readonly string[]): Promise<TopicConfigs[]> {
  const carried = new Set(topics.filter((topic) => topicProblem(topic) === undefined));
  const broker = carried.size === 0 ? undefined : await cluster.anyBroker();
  const described = await broker?.request(describeConfigsRequest(topicResource, [...carried]), cluster.requestTimeout);
  return topics.map((topic) => topicConfigs(topic, described?.get(topic)));
}

function topicConfigs(topic: string, described: DescribedConfigs | undefined): TopicConfigs {
  const where = `Settings of ${topicText(topic)}`;
  const badName = topicProblem(topic);
  if (badName !== undefined) {
    return { topic, error: kafkaError("INVALID_TOPIC_EXCEPTION", where, { topic, why: badName }) };
  }
  if (described === undefined) {
    return { topic, error: kafkaError("NETWORK_EXCEPTION", where, { topic, why: "the response leaves it out" }) };
  }
  const { errorCode, message, configs } = described;
  if (errorCode !== 0) {
    return { topic, error: kafkaError(kafkaErrorName(errorCode), where, { topic, why: message }) };
  }
  return { topic, configs: Object.fromEntries([...configs].map(([name, config]) => [name, configEntry(config)])) };
}

function configEntry({ value, source: number, isSensitive, isReadOnly }: DescribedConfig): ConfigEntry {
  const source = sources[number] ?? "UNKNOWN";
  return { value, source, isDefault: source === "DEFAULT_CONFIG", isSensitive, isReadOnly };
}

/** Changes the settings that are named; one result for each topic, in the same order. */
export async function alterConfigs(
  cluster: Cluster,
  specs: readonly NewConfigs[],
  { validateOnly }: AlterConfigsOptions,
): Promise<TopicResult[]> {
  return changeTopics(cluster, "Configuring", specs, {
    problem: ({ configs }) =>
      Object.entries(configs)
        .map(
          ([name, value]) =>
            textProblem("the name in configs", name) ??
            (value === null ? undefined : textProblem(`configs: ${name}`, value)),
        )
        .find((why) => why !== undefined),
    request: (carried) => incrementalAlterConfigsRequest(carried, validateOnly === true),
  });
}
