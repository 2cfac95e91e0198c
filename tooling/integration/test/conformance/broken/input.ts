import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `input-cases.ts` a transport that breaks it alone. */
export const brokenInput: Readonly<Record<string, Break>> = {
  "a record that no log can hold is its batch's error; the batch beside it is written": changed((connection) => ({
    async produce(...request) {
      const results = await connection.produce(...request);
      for (const { error } of results) if (error?.code === "INVALID_RECORD") throw error;
      return results;
    },
  })),

  "listOffsets of a time that is no number affects no other query": changed((connection) => ({
    async listOffsets(leader, queries) {
      for (const { at } of queries) if (typeof at === "object") BigInt(at.timestamp);
      return connection.listOffsets(leader, queries);
    },
  })),

  "a refused send affects no other, and producers tell the time that is written": changed((connection) => ({
    async produce(...request) {
      return (await connection.produce(...request)).map((result) =>
        result.error === undefined ? { ...result, timestamp: 7 } : result,
      );
    },
  })),
};
