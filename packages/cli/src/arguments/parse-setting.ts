import { UsageError } from "../usage-error.ts";

/**
 * A setting of a topic, `retention.ms=3600000`, for commander: it is added to those that came before.
 *
 * @throws UsageError for what has no name or no value
 */
export function parseSetting(word: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const equals = word.indexOf("=");
  if (equals > 0) return { ...before, [word.slice(0, equals).trim()]: word.slice(equals + 1) };
  throw new UsageError(`${JSON.stringify(word)} is no setting: write NAME=VALUE, such as retention.ms=3600000`);
}
