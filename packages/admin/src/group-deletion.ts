import type { NetworkClient, TransportError } from "@dataqueues/core";

import { askGroups, requestCoordinator } from "./group-requests.ts";
import type { RetryLimits } from "./retry.ts";

/**
 * Deletes groups with their committed offsets; gives those that were there, whoever deleted them.
 *
 * @throws TransportError naming the first group that the log refuses to delete, once the others are gone
 * @throws UnsupportedError when the log cannot delete groups
 */
export async function deleteGroups(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  groups: readonly string[],
): Promise<string[]> {
  // If the response to a deletion is lost, the next one says that there is no such group: so look first.
  const seen = await askGroups(client, limits, {
    action: "delete",
    groups,
    ask: async (left) => {
      const described = await requestCoordinator(client, "describeGroups", (one) => one.describeGroups(left));
      return described.map(({ group, error }) => answerOf(group, error));
    },
  });
  const deleted = await askGroups(client, limits, {
    action: "delete",
    groups,
    ask: async (left) => {
      const results = await requestCoordinator(client, "deleteGroups", (one) => one.deleteGroups(left));
      return results.map(({ group, error }) => answerOf(group, error));
    },
  });
  const were = new Set([...seen, ...deleted].filter(({ found }) => found).map(({ group }) => group));
  return groups.filter((group) => were.has(group));
}

interface DeletionAnswer {
  readonly group: string;
  /** Whether the group was there. That it was not is no error here. */
  readonly found: boolean;
  readonly error?: TransportError | undefined;
}

function answerOf(group: string, error: TransportError | undefined): DeletionAnswer {
  if (error?.code === "GROUP_ID_NOT_FOUND") return { group, found: false };
  return { group, found: error === undefined, error };
}
