import { jsonNumber } from "../print/cell.ts";
import type { DescribedTopic } from "./describe-topics.ts";
import { bytesOf, sumOf } from "./partition-facts.ts";

/** A topic as `describe --json` prints it; null is what the log does not tell. */
export function topicJson({ topic, topicId, partitions, configs, groups }: DescribedTopic): object {
  return {
    topic,
    topicId: topicId ?? null,
    messages: jsonNumber(sumOf(partitions.map(({ messages }) => messages))),
    bytes: jsonNumber(bytesOf(partitions)),
    partitions: partitions.map(({ partition, leader, replicas, inSyncReplicas, begin, end, bytes, problem }) => ({
      partition,
      leader: leader < 0 ? null : leader,
      replicas: replicas ?? null,
      inSyncReplicas: inSyncReplicas ?? null,
      begin: jsonNumber(begin),
      end: jsonNumber(end),
      bytes: jsonNumber(bytes),
      ...(problem === undefined ? {} : { problem }),
    })),
    configs: configs === undefined ? null : Object.fromEntries(configs.map(([name, { value }]) => [name, value])),
    lag: groups === undefined ? null : Object.fromEntries(groups.map(({ group, lag }) => [group, Number(lag)])),
  };
}
