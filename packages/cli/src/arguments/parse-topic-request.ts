import { UsageError } from "../usage-error.ts";

/**
 * A topic with the least number of partitions that it shall have, as `create` takes it: `pointing` or `pointing:5`.
 *
 * @throws UsageError for a number that is none
 */
export function parseTopicRequest(word: string): string | readonly [topic: string, partitions: number] {
  const colon = word.lastIndexOf(":");
  if (colon < 0) return word;
  const [topic, count] = [word.slice(0, colon), word.slice(colon + 1)];
  const partitions = Number(count);
  if (topic !== "" && /^\d+$/.test(count) && partitions >= 1 && partitions < 2 ** 31) return [topic, partitions];
  throw new UsageError(`${JSON.stringify(word)} is no topic with partitions: write NAME or NAME:5`);
}
