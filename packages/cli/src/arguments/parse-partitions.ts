import { UsageError } from "../usage-error.ts";

/** The most partitions that a word may stand for; Kafka's clusters have some hundred thousand in all. */
const most = 1_000_000;

/**
 * Reads a list of partitions: `0,3` or `0-3,7`.
 *
 * @throws UsageError for anything else
 */
export function parsePartitions(text: string): number[] {
  const partitions = new Set<number>();
  for (const word of text.split(",")) {
    const [, first, last = first] = /^\s*(\d{1,9})(?:-(\d{1,9}))?\s*$/.exec(word) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (!(from <= to && to < most))
      throw new UsageError(`${JSON.stringify(text)} is no list of partitions: write 0,3 or 0-3`);
    for (let partition = from; partition <= to; partition += 1) partitions.add(partition);
  }
  return [...partitions].toSorted((one, other) => one - other);
}
