import type { GroupResult } from "@dataqueues/core";
import type { Coordinators } from "./coordinators.ts";
import { forEachGroup } from "./each-group.ts";
import { deleteGroupsRequest } from "./protocol/delete-groups.ts";

/** Makes the coordinators of groups delete them; one result for each, in the same order. */
export function deleteGroups(coordinators: Coordinators, groups: readonly string[]): Promise<GroupResult[]> {
  return forEachGroup(groups, async (group): Promise<GroupResult> => {
    const { errorCode, message } = await coordinators.request(group, deleteGroupsRequest(group));
    const error = coordinators.error(group, errorCode, "Deleting", { why: message });
    return error === undefined ? { group } : { group, error };
  });
}
