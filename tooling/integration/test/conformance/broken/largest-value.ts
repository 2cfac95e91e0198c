import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For the promise of `largest-value-case.ts` a transport with just that one broken. */
export const brokenLargestValue: Readonly<Record<string, Break>> = {
  "the largest value is written, one byte more is that batch's RECORD_TOO_LARGE": changed((connection) => ({
    async produce(...request) {
      const answers = await connection.produce(...request);
      for (const { error } of answers) if (error?.code === "RECORD_TOO_LARGE") throw error;
      return answers;
    },
  })),
};
