import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `input-cases.ts` a transport with just that one broken. */
export const brokenInput: Readonly<Record<string, Break>> = {
  "a record that no log can hold is its batch's error; the batch beside it is written": changed((connection) => ({
    async produce(...request) {
      const answers = await connection.produce(...request);
      for (const { error } of answers) if (error?.code === "INVALID_RECORD") throw error;
      return answers;
    },
  })),

  "listOffsets of a time that is no number hurts no other query": changed((connection) => ({
    async listOffsets(queries) {
      for (const { at } of queries) if (typeof at === "object") BigInt(at.timestamp);
      return connection.listOffsets(queries);
    },
  })),

  "what a producer refuses touches no other send, and it tells the time that is written": changed((connection) => ({
    async produce(...request) {
      return (await connection.produce(...request)).map((answer) =>
        answer.error === undefined ? { ...answer, timestamp: 7 } : answer,
      );
    },
  })),
};
