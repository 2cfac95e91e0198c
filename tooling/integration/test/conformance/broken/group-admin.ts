import { kafkaError } from "@dataqueues/core";
import type { GroupResult } from "@dataqueues/core";

import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `group-admin-cases.ts` a transport that breaks it alone. */
export const brokenGroupAdmin: Readonly<Record<string, Break>> = {
  "listGroups tells a group that has members, where the log has it": changed((connection) => ({
    async listGroups() {
      await connection.listGroups?.();
      return [];
    },
  })),

  "describeGroups tells the members and what they own, where the log has it": changed((connection) => ({
    async describeGroups(groups) {
      const results = (await connection.describeGroups?.(groups)) ?? [];
      return results.map((one) => {
        if (one.error !== undefined) return one;
        return { ...one, members: one.members.map((member) => ({ ...member, assignment: [] })) };
      });
    },
  })),

  "describeGroups has a result for each; an unknown group is GROUP_ID_NOT_FOUND, where the log has it": changed(
    (connection) => ({
      describeGroups: async (groups) => ((await connection.describeGroups?.(groups)) ?? []).toReversed(),
    }),
  ),

  "a group with members is NON_EMPTY_GROUP to deleteGroups, an unknown one GROUP_ID_NOT_FOUND, where the log has it":
    changed((connection) => ({
      async deleteGroups(groups) {
        const results = (await connection.deleteGroups?.(groups)) ?? [];
        return results.map(({ group, error }) => (error?.code === "NON_EMPTY_GROUP" ? { group } : { group, error }));
      },
    })),

  "a deleted group has no offsets, where the log has it": changed((connection) => ({
    // Only says so.
    async deleteGroups(groups) {
      const described = (await connection.describeGroups?.(groups)) ?? [];
      return described.map(({ group, error, members = [] }): GroupResult => {
        const full = members.length > 0 ? kafkaError("NON_EMPTY_GROUP", `group ${group}`) : undefined;
        return { group, error: error ?? full };
      });
    },
  })),

  "fetchGroupOffsets tells the offsets of partitions, or all that are committed, where the log has it": changed(
    (connection) => ({
      fetchGroupOffsets: async (group, partitions = []) =>
        (await connection.fetchGroupOffsets?.(group, partitions)) ?? [],
    }),
  ),

  "alterGroupOffsets makes a group, whose members find the offsets, where the log has it": changed((connection) => ({
    async alterGroupOffsets(group, offsets) {
      const others = offsets.map((one) => ({ ...one, offset: one.offset + 1n }));
      return (await connection.alterGroupOffsets?.(group, others)) ?? [];
    },
  })),

  "alterGroupOffsets of a group with members is UNKNOWN_MEMBER_ID and changes nothing, where the log has it": changed(
    (connection) => ({
      async alterGroupOffsets(group, offsets) {
        const answers = (await connection.alterGroupOffsets?.(group, offsets)) ?? [];
        return answers.map(({ error, ...one }) => (error?.code === "UNKNOWN_MEMBER_ID" ? one : { ...one, error }));
      },
    }),
  ),
};
