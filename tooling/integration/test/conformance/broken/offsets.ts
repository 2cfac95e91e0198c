import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `offset-cases.ts` a transport with just that one broken. */
export const brokenOffsets: Readonly<Record<string, Break>> = {
  "listOffsets tells the first offset and the one after the last": changed((connection) => ({
    async listOffsets(queries) {
      const answers = await connection.listOffsets(queries);
      return answers.map((answer, index) =>
        answer.error === undefined && queries[index]?.at === "earliest" ? { ...answer, offset: -2n } : answer,
      );
    },
  })),

  "listOffsets tells the first record at or after a time, -1 when there is none": changed((connection) => ({
    async listOffsets(queries) {
      const answers = await connection.listOffsets(queries);
      return answers.map((answer) =>
        answer.error === undefined && answer.offset === -1n ? { ...answer, offset: 0n } : answer,
      );
    },
  })),

  "listOffsets answers in the order of its queries, an unknown partition by its error": changed((connection) => ({
    async listOffsets(queries) {
      return (await connection.listOffsets(queries)).toSorted((a, b) => a.partition - b.partition);
    },
  })),
};
