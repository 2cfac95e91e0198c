import { errorMessage } from "../print/error-message.ts";
import { UsageError } from "../usage-error.ts";

/** Topics as people name them: by names, and by patterns. */
export interface TopicSelection {
  readonly names: readonly string[];
  /** What the patterns match; none without patterns. */
  readonly patterns: readonly RegExp[];
}

/**
 * Reads a list of topics: names, patterns of a shell such as `amp*`, and regular expressions between slashes such as `/^amp/`.
 * Kafka's topics have neither `*`, `?` nor `/` in their names. A pattern of a shell matches whole names, a regular expression any part of one.
 *
 * @throws UsageError for a regular expression that is none
 */
export function parseTopics(words: readonly string[]): TopicSelection {
  const names = new Set<string>();
  const patterns: RegExp[] = [];
  for (const word of words) {
    const pattern = patternOf(word);
    if (pattern === undefined) names.add(word);
    else patterns.push(pattern);
  }
  return { names: [...names], patterns };
}

function patternOf(word: string): RegExp | undefined {
  const [, source, flags] = /^\/(.+)\/([iu]*)$/.exec(word) ?? [];
  if (source !== undefined) {
    try {
      return new RegExp(source, flags);
    } catch (error) {
      const reason = errorMessage(error);
      throw new UsageError(`${word} is no regular expression: ${reason}`, { cause: error });
    }
  }
  if (!/[*?]/.test(word)) return undefined;
  const escaped = word.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}

/** Those of `topics` that a selection matches, sorted by their names; all of them for a selection that names none. */
export function matchTopics(topics: readonly string[], { names, patterns }: TopicSelection): string[] {
  const isAll = names.length === 0 && patterns.length === 0;
  const wanted = new Set(names);
  return topics
    .filter((topic) => isAll || wanted.has(topic) || patterns.some((pattern) => pattern.test(topic)))
    .toSorted();
}
