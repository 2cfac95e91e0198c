import type { TopicsSpec } from "@dataqueues/core";

import { UsageError } from "../usage-error.ts";
import type { TopicSelection } from "./topic-selection.ts";

/**
 * A selection as a consumer takes it: names, or one pattern for all of it, which topics that appear later can match.
 *
 * @throws UsageError for regular expressions of which only some ignore case
 */
export function topicsSpec({ names, patterns }: TopicSelection): TopicsSpec {
  const [first, ...others] = patterns;
  if (first === undefined) return names;
  if (others.some(({ flags }) => flags !== first.flags)) {
    throw new UsageError("regular expressions of one command have the same flags: write /a/i with /b/i");
  }
  const exact = names.map((name) => `^${name.replaceAll(".", "\\.")}$`);
  return new RegExp([...exact, ...patterns.map(({ source }) => `(?:${source})`)].join("|"), first.flags);
}
