import type { GroupMemberLine } from "@dataqueues/tooling-kafka";

/** What one member printed. */
type Lines = readonly GroupMemberLine[];

/**
 * The time from which on each partition is owned by one member alone, and so many members own them, none of them two more than
 * another. Undefined if that is not so at the end.
 */
export function settledAt(members: readonly Lines[], partitions: number, owners: number): number | undefined {
  const changes = members.flatMap((lines, member) =>
    lines.flatMap((line) => (line.event === "started" || line.event === "record" ? [] : [{ line, member }])),
  );
  const owned = members.map(() => new Set<string>());
  let settled: number | undefined;
  for (const { line, member } of changes.sort((a, b) => a.line.at - b.line.at)) {
    for (const partition of line.partitions) {
      if (line.event === "assigned") owned[member]?.add(String(partition));
      else owned[member]?.delete(String(partition));
    }
    const sizes = owned.map(({ size }) => size).filter((size) => size > 0);
    const isOnce =
      new Set(owned.flatMap((each) => [...each])).size === partitions &&
      sizes.reduce((sum, size) => sum + size, 0) === partitions;
    const isEven = sizes.length === owners && Math.max(...sizes) - Math.min(...sizes) <= 1;
    if (!isOnce || !isEven) settled = undefined;
    else settled ??= line.at;
  }
  return settled;
}

/** The longest time in milliseconds within which nobody handled a record of some partition. */
export function longestStall(members: readonly Lines[], partitions: number, from: number, to: number): number {
  const times = Array.from({ length: partitions }, (): number[] => [from, to]);
  for (const line of members.flat()) {
    if (line.event === "record" && line.at > from && line.at < to) times[line.partition]?.push(line.at);
  }
  const gaps = times.flatMap((each) => {
    const sorted = each.sort((a, b) => a - b);
    return sorted.slice(1).map((time, index) => time - (sorted[index] ?? time));
  });
  return Math.max(...gaps);
}
