import type { DeletedRecords } from "@dataqueues/core";

import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `record-deletion-cases.ts` a transport that breaks it alone. */
export const brokenRecordDeletion: Readonly<Record<string, Break>> = {
  "deleteRecords deletes what is before an offset and nothing else, where the log has it": changed((connection) => ({
    async deleteRecords(leader, specs) {
      const [first] = specs;
      // The partition beside it, too.
      if (first !== undefined && first.beforeOffset !== "latest") {
        const { leader: next = leader } = (await connection.metadata([first.topic]))[0]?.partitions?.[1] ?? {};
        await connection.deleteRecords?.(next, [{ ...first, partition: 1, beforeOffset: "latest" }]);
      }
      return (await connection.deleteRecords?.(leader, specs)) ?? [];
    },
  })),

  "a deleted record is not read again, where the log can delete it": (log) => {
    const starts = new Map<string, bigint>();
    return changed((connection) => ({
      // Only says so.
      deleteRecords: (leader, specs) =>
        Promise.all(
          specs.map(async (one): Promise<DeletedRecords> => {
            const { topic, partition, beforeOffset } = one;
            const [end] = await connection.listOffsets(leader, [{ topic, partition, at: "latest" }]);
            if (beforeOffset === "latest" || end?.error !== undefined || (end?.offset ?? 0n) < beforeOffset) {
              const [result] = (await connection.deleteRecords?.(leader, [one])) ?? [];
              if (result !== undefined) return result;
            }
            const lowWatermark = BigInt(beforeOffset);
            starts.set(`${topic}/${partition}`, lowWatermark);
            return { topic, partition, lowWatermark };
          }),
        ),
      async listOffsets(leader, queries) {
        const results = await connection.listOffsets(leader, queries);
        return results.map((result, index) => {
          const start = starts.get(`${result.topic}/${result.partition}`);
          if (result.error !== undefined || start === undefined || queries[index]?.at !== "earliest") return result;
          return { ...result, offset: start };
        });
      },
    }))(log);
  },

  "deleteRecords before the latest offset deletes all, and offsets go on, where the log has it": changed(
    (connection) => ({
      deleteRecords: async (leader, specs) => {
        const before = specs.map((one) => (one.beforeOffset === "latest" ? { ...one, beforeOffset: 0n } : one));
        return (await connection.deleteRecords?.(leader, before)) ?? [];
      },
    }),
  ),

  "deleteRecords has a result for each; what cannot be deleted is that partition's error": changed((connection) => ({
    async deleteRecords(leader, specs) {
      const results = (await connection.deleteRecords?.(leader, specs)) ?? [];
      return results.toSorted((a, b) => a.partition - b.partition);
    },
  })),

  "deleteRecords at a node that does not lead is NOT_LEADER_OR_FOLLOWER, where several do": changed((connection) => ({
    async deleteRecords(leader, specs) {
      const [found] = await connection.metadata(specs.map(({ topic }) => topic));
      const actual = found?.partitions?.[specs[0]?.partition ?? 0]?.leader ?? leader;
      return (await connection.deleteRecords?.(actual, specs)) ?? [];
    },
  })),
};
