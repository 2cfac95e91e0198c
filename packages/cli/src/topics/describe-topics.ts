import { groupBy } from "@dataqueues/core";
import type { ConfigEntry, ConfigSource, TopicMetadata } from "@dataqueues/core";

import { openHost } from "../host/open-host.ts";
import type { HostOptions } from "../host/open-host.ts";
import { cell } from "../print/cell.ts";
import { countOf, formatBytes } from "../print/quantities.ts";
import { jsonLine, numberColumn, safeTable } from "../print/safe-lines.ts";
import { safeText } from "../print/safe-text.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { groupLags } from "./group-lags.ts";
import type { GroupLag } from "./group-lags.ts";
import { LogSurvey } from "./log-survey.ts";
import { namedTopics } from "./named-topics.ts";
import { bytesOf, partitionFacts, partitionsOf, sumOf } from "./partition-facts.ts";
import type { PartitionFacts } from "./partition-facts.ts";
import { topicJson } from "./topic-json.ts";

/** The options of `describe`. */
export interface DescribeOptions extends HostOptions {
  readonly allConfigs?: boolean;
  readonly json?: boolean;
}

/** All that is known of a topic; what the log does not tell is undefined. */
export interface DescribedTopic {
  readonly topic: string;
  readonly topicId: string | undefined;
  readonly partitions: readonly PartitionFacts[];
  readonly configs: readonly (readonly [name: string, entry: ConfigEntry])[] | undefined;
  readonly groups: readonly GroupLag[] | undefined;
}

/** Prints topics with their partitions, settings and groups. */
export async function describeTopics(
  words: readonly string[],
  options: DescribeOptions,
  terminal: Terminal,
): Promise<void> {
  const host = await openHost(options, terminal);
  const survey = new LogSurvey(host, terminal.signal);
  try {
    const topics = await describe(survey, await namedTopics(survey, words, host), options.allConfigs === true);
    const texts = options.json === true ? topics.map((one) => jsonLine(topicJson(one))) : topics.map(topicText);
    await terminal.stdout.write(texts.join(options.json === true ? "" : "\n"));
  } finally {
    survey.close();
  }
}

async function describe(
  survey: LogSurvey,
  topics: readonly TopicMetadata[],
  allConfigs: boolean,
): Promise<DescribedTopic[]> {
  const [facts, configs, committed] = await Promise.all([
    partitionFacts(survey, partitionsOf(topics)),
    survey.configs(topics.map(({ topic }) => topic)),
    survey.committed(),
  ]);
  const byTopic = groupBy(facts, ({ topic }) => topic);
  const configsOf = new Map(configs?.map((one) => [one.topic, one.configs]));
  return topics.map(({ topic, topicId }): DescribedTopic => {
    const partitions = byTopic.get(topic) ?? [];
    const entries = Object.entries(configsOf.get(topic) ?? {});
    const shown = entries.filter(([, { isDefault }]) => allConfigs || !isDefault);
    return {
      topic,
      topicId,
      partitions,
      configs: configs && shown.toSorted(([one], [other]) => (one < other ? -1 : 1)),
      groups: committed && groupLags(partitions, committed),
    };
  });
}

/** Who set a value, in a word. */
const setters: Readonly<Record<ConfigSource, string>> = {
  DYNAMIC_TOPIC_CONFIG: "topic",
  DYNAMIC_BROKER_CONFIG: "broker",
  DYNAMIC_DEFAULT_BROKER_CONFIG: "all brokers",
  STATIC_BROKER_CONFIG: "broker's file",
  DEFAULT_CONFIG: "default",
  UNKNOWN: "-",
};

function topicText({ topic, partitions, configs = [], groups = [] }: DescribedTopic): string {
  const count = countOf(partitions.length, "partition");
  const messages = cell(sumOf(partitions.map((one) => one.messages)));
  const sections = [`${safeText(topic)}: ${count}, ${messages} messages, ${cell(bytesOf(partitions), formatBytes)}\n`];
  sections.push(partitionTable(partitions));
  if (configs.length > 0) {
    const rows = configs.map(([name, { value, isSensitive, source }]) => [
      name,
      isSensitive ? "(secret)" : (value ?? "-"),
      setters[source],
    ]);
    sections.push(safeTable([{ title: "setting" }, { title: "value" }, { title: "set by" }], rows));
  }
  if (groups.length > 0) {
    const rows = groups.map(({ group, lag }) => [group, String(lag)]);
    sections.push(safeTable([{ title: "group" }, numberColumn("lag")], rows));
  }
  return sections.join("\n");
}

function partitionTable(partitions: readonly PartitionFacts[]): string {
  const hasProblems = partitions.some(({ problem }) => problem !== undefined);
  const ids = (brokers: readonly number[] | undefined): string => cell(brokers, (all) => all.join(",") || "none");
  return safeTable(
    [
      numberColumn("partition"),
      numberColumn("leader"),
      { title: "replicas" },
      { title: "in sync" },
      ...["begin", "end", "messages", "size"].map(numberColumn),
      ...(hasProblems ? [{ title: "" }] : []),
    ],
    partitions.map(({ partition, leader, replicas, inSyncReplicas, begin, end, messages, bytes, problem = "" }) => [
      String(partition),
      leader < 0 ? "none" : String(leader),
      ids(replicas),
      ids(inSyncReplicas),
      cell(begin),
      cell(end),
      cell(messages),
      cell(bytes, formatBytes),
      problem,
    ]),
  );
}
