import type { TopicMetadata } from "@dataqueues/core";

import type { TopicSelection } from "../arguments/topic-selection.ts";

/** Throws an error that names the topics which are named and do not exist, or which the log does not show. */
export function requireTopics({ names }: TopicSelection, found: readonly TopicMetadata[], host: string): void {
  const byName = new Map(found.map((one) => [one.topic, one]));
  const isMissing = (name: string): boolean => {
    const one = byName.get(name);
    return one === undefined || one.error?.code === "UNKNOWN_TOPIC_OR_PARTITION";
  };
  const missing = names.filter(isMissing);
  if (missing.length > 0) throw missingTopics(missing, host);
  const refused = names.map((name) => byName.get(name)?.error).find((error) => error !== undefined);
  if (refused !== undefined) throw refused;
}

/** The error of topics that do not exist. */
export function missingTopics(names: readonly string[], host: string): Error {
  const [first, ...others] = names;
  const what = others.length === 0 ? `no topic ${first}` : `no topics ${names.join(", ")}`;
  return new Error(`there is ${what} at ${host}: dataqueues topics shows what there is`);
}
