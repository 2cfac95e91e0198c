import { TransportError } from "@dataqueues/core";
import type { GroupResult } from "@dataqueues/core";
import type { Coordinators } from "./coordinators.ts";
import { deleteGroupsRequest } from "./protocol/delete-groups.ts";

/** Makes the coordinators of groups delete them; one result for each, in the same order. */
export function deleteGroups(coordinators: Coordinators, groups: readonly string[]): Promise<GroupResult[]> {
  return Promise.all(groups.map((group) => deleteGroup(coordinators, group)));
}

async function deleteGroup(coordinators: Coordinators, group: string): Promise<GroupResult> {
  try {
    const { errorCode, message } = await coordinators.request(group, deleteGroupsRequest(group));
    const error = coordinators.error(group, errorCode, "Deleting", { why: message });
    return error === undefined ? { group } : { group, error };
  } catch (error) {
    if (error instanceof TransportError) return { group, error };
    throw error;
  }
}
