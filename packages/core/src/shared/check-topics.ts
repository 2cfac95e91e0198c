import { checkNumber } from "./check-number.ts";
import { invalidArgument } from "./invalid-argument.ts";
import type { TopicPartition } from "../contract/record.ts";

/** Checks that a topic's name is a text. The log itself refuses names that it does not allow: `INVALID_TOPIC_EXCEPTION`. */
export function checkTopic(name: string, topic: unknown): string {
  if (typeof topic === "string" && topic !== "") return topic;
  throw invalidArgument(name, "a topic's name", topic);
}

/** The topics of a caller's list; a single text is one topic. */
export function topicNames(name: string, topics: string | Iterable<string>): string[] {
  if (typeof topics === "string") return [checkTopic(name, topics)];
  if (!isIterable(topics)) throw invalidArgument(name, "a topic's name or a list of them", topics);
  return Array.from(topics, (topic, index) => checkTopic(`${name}[${index}]`, topic));
}

/** The pairs of topic and partition of a caller's list. */
export function topicPartitions(name: string, pairs: Iterable<TopicPartition>): TopicPartition[] {
  if (!isIterable(pairs)) throw invalidArgument(name, "a list of pairs of topic and partition", pairs);
  return Array.from(pairs, (pair, index): TopicPartition => {
    const where = `${name}[${index}]`;
    if (!Array.isArray(pair)) throw invalidArgument(where, "a pair of topic and partition", pair);
    return [checkTopic(`${where}[0]`, pair[0]), checkNumber(`${where}[1]`, pair[1])];
  });
}

/** Whether a value is a list of any kind; a text is not. */
export function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}
