import { groupBy, partitionKey } from "@dataqueues/core";
import type { TopicMetadata } from "@dataqueues/core";

import { groupLags } from "./group-lags.ts";
import type { GroupLag } from "./group-lags.ts";
import type { Answers, LogSurvey } from "./log-survey.ts";
import { bytesOf, known, partitionFacts, partitionsOf, sumOf } from "./partition-facts.ts";
import type { PartitionFacts } from "./partition-facts.ts";

/** A topic in a list; what the log does not tell is undefined. */
export interface TopicRow {
  readonly topic: string;
  readonly isInternal: boolean;
  readonly partitions: number | undefined;
  readonly messages: bigint | undefined;
  readonly bytes: number | undefined;
  /** Messages a second in the last minute, by their timestamps. */
  readonly rate: number | undefined;
  /** The groups that have committed offsets in the topic, the slowest first. */
  readonly groups: readonly GroupLag[] | undefined;
  /** Why something is not known that the log should know. */
  readonly problem: string | undefined;
}

const rateSeconds = 60;

/** Finds out about topics, in their order: the requests are as many as for one topic. */
export async function topicRows(survey: LogSurvey, topics: readonly TopicMetadata[]): Promise<TopicRow[]> {
  const partitions = partitionsOf(topics);
  const [facts, minuteAgo, committed] = await Promise.all([
    partitionFacts(survey, partitions),
    survey.offsets(partitions, { timestamp: Date.now() - rateSeconds * 1_000 }),
    survey.committed(),
  ]);
  const byTopic = groupBy(facts, ({ topic }) => topic);
  return topics.map(({ topic, error, isInternal = false }): TopicRow => {
    const own = byTopic.get(topic) ?? [];
    const unknown = { topic, isInternal: false, partitions: undefined, messages: undefined, bytes: undefined };
    if (error !== undefined) return { ...unknown, rate: undefined, groups: undefined, problem: error.code };
    const recent = sumOf(own.map((one) => recentMessages(one, minuteAgo)));
    return {
      topic,
      isInternal,
      partitions: own.length,
      messages: sumOf(own.map((one) => one.messages)),
      bytes: bytesOf(own),
      rate: recent === undefined ? undefined : Number(recent) / rateSeconds,
      groups: committed && groupLags(own, committed),
      problem: problemOf(own),
    };
  });
}

function recentMessages({ topic, partition, end }: PartitionFacts, minuteAgo: Answers<bigint>): bigint | undefined {
  const first = known(minuteAgo.get(partitionKey(topic, partition)));
  if (first === undefined || end === undefined) return undefined;
  // A record that came between the two requests is after the end.
  return first < 0n || first > end ? 0n : end - first;
}

function problemOf(partitions: readonly PartitionFacts[]): string | undefined {
  const bad = partitions.filter(({ problem }) => problem !== undefined);
  const [first] = bad;
  if (first?.problem === undefined || bad.length === 1)
    return first && `${first.problem} (partition ${first.partition})`;
  return `${first.problem} (${bad.length} partitions)`;
}
