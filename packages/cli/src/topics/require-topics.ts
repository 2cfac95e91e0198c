import type { TopicMetadata } from "@dataqueues/core";

import { similarName } from "../arguments/similar-name.ts";
import type { TopicSelection } from "../arguments/topic-selection.ts";

/** The names of a selection that no topic has. */
export function missingNames({ names }: TopicSelection, found: readonly TopicMetadata[]): string[] {
  const errors = new Map(found.map(({ topic, error }) => [topic, error]));
  return names.filter((name) => !errors.has(name) || errors.get(name)?.code === "UNKNOWN_TOPIC_OR_PARTITION");
}

/** Throws the error of a topic that is named, and that the log refuses to show. */
export function checkNotRefused({ names }: TopicSelection, found: readonly TopicMetadata[]): void {
  const refused = found.find(({ topic, error }) => error !== undefined && names.includes(topic));
  if (refused?.error !== undefined) throw refused.error;
}

/**
 * The error of topics that do not exist, with what was meant where only one is named.
 *
 * @param existing - the topics that there are
 */
export function missingTopics(names: readonly string[], host: string, existing: readonly string[]): Error {
  const meant = names.length === 1 ? similarName(names[0] ?? "", existing) : undefined;
  const advice = meant === undefined ? "dataqueues topics lists those there are" : `did you mean ${meant}?`;
  return new Error(`${host} has no ${names.length === 1 ? "topic" : "topics"} ${names.join(", ")}; ${advice}`);
}
