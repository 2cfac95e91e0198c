import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `log-dir-cases.ts` a transport that breaks it alone. */
export const brokenLogDirs: Readonly<Record<string, Break>> = {
  "describeLogDirs tells a partition's size, which grows with its records, where the log has it": changed(
    (connection) => ({
      // In kB instead of bytes.
      async describeLogDirs(leader, partitions) {
        const results = (await connection.describeLogDirs?.(leader, partitions)) ?? [];
        return results.map((result) => (result.error ? result : { ...result, size: Math.round(result.size / 1_000) }));
      },
    }),
  ),

  "describeLogDirs has a result for each; an unknown partition is its own error, where the log has it": changed(
    (connection) => ({
      // Of what it does not know it says nothing.
      async describeLogDirs(leader, partitions) {
        const results = (await connection.describeLogDirs?.(leader, partitions)) ?? [];
        return partitions.length === 1 ? results : results.filter(({ error }) => error === undefined);
      },
    }),
  ),
};
