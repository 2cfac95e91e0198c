import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `offset-cases.ts` a transport that breaks it alone. */
export const brokenOffsets: Readonly<Record<string, Break>> = {
  "listOffsets tells the first offset and the one after the last": changed((connection) => ({
    async listOffsets(leader, queries) {
      const results = await connection.listOffsets(leader, queries);
      // The cases of other promises ask for the first offset alone.
      if (queries.length === 1) return results;
      return results.map((result, index) =>
        result.error === undefined && queries[index]?.at === "earliest" ? { ...result, offset: -2n } : result,
      );
    },
  })),

  "listOffsets tells the first record at or after a time, -1 when there is none": changed((connection) => ({
    async listOffsets(leader, queries) {
      const results = await connection.listOffsets(leader, queries);
      return results.map((result) =>
        result.error === undefined && result.offset === -1n ? { ...result, offset: 0n } : result,
      );
    },
  })),

  "listOffsets has its results in the order of the queries; an unknown partition is an error": changed(
    (connection) => ({
      async listOffsets(leader, queries) {
        return (await connection.listOffsets(leader, queries)).toSorted((a, b) => a.partition - b.partition);
      },
    }),
  ),
};
