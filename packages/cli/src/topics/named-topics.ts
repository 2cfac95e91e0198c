import type { TopicMetadata } from "@dataqueues/core";

import { matchTopics, parseTopics } from "../arguments/topic-selection.ts";
import type { Host } from "../host/open-host.ts";
import { UsageError } from "../usage-error.ts";
import type { LogSurvey } from "./log-survey.ts";
import { checkNotRefused, missingNames, missingTopics } from "./require-topics.ts";

/**
 * The topics that words name, sorted; without words the one of the host's address.
 *
 * @throws UsageError when nothing is named, and an Error that names the topics which do not exist
 */
export async function namedTopics(
  survey: LogSurvey,
  words: readonly string[],
  { topic, name }: Pick<Host, "topic" | "name">,
): Promise<TopicMetadata[]> {
  const wanted = words.length === 0 && topic !== undefined ? [topic] : words;
  if (wanted.length === 0) throw new UsageError("name a topic, or several, or '*' for all");
  const selection = parseTopics(wanted);
  // A log that does not list topics may still tell of those that are named.
  const found = await survey.topics(selection.patterns.length === 0 ? selection.names : undefined);
  const missing = missingNames(selection, found);
  if (missing.length > 0) throw missingTopics(missing, name, namesOf(await survey.topics()));
  checkNotRefused(selection, found);
  const matching = new Set(matchTopics(namesOf(found), selection));
  if (matching.size === 0) throw new Error(`${name} has no topic that matches ${wanted.join(" ")}`);
  return found.filter((one) => matching.has(one.topic) && one.error === undefined);
}

function namesOf(topics: readonly TopicMetadata[]): string[] {
  return topics.map(({ topic }) => topic);
}
