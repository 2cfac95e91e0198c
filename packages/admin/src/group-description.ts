import type { GroupDescription, GroupListing, NetworkClient } from "@dataqueues/core";

import { askGroups, requestCoordinator } from "./group-requests.ts";
import { retry } from "./retry.ts";
import type { RetryLimits } from "./retry.ts";

/** A group with its members. */
export type ConsumerGroupDescription = Extract<GroupDescription, { readonly error?: undefined }>;

/**
 * All groups of the log, sorted by their names.
 *
 * @throws UnsupportedError when the log cannot list groups
 */
export async function listGroups(client: NetworkClient<"admin">, limits: RetryLimits): Promise<GroupListing[]> {
  const groups = await retry(client, limits, "the list of groups", () =>
    requestCoordinator(client, "listGroups", (connection) => connection.listGroups()),
  );
  return groups.toSorted((one, other) => (one.group < other.group ? -1 : 1));
}

/**
 * Describes groups, in the order asked for.
 *
 * @throws TransportError naming the first group that does not exist (`GROUP_ID_NOT_FOUND`) or that the log refuses
 * @throws UnsupportedError when the log cannot describe groups
 */
export async function describeGroups(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  groups: readonly string[],
): Promise<ConsumerGroupDescription[]> {
  const answers = await askGroups(client, limits, {
    action: "describe",
    groups: [...new Set(groups)],
    ask: (left) => requestCoordinator(client, "describeGroups", (connection) => connection.describeGroups(left)),
  });
  return groups.flatMap((group) => {
    const answer = answers.find((one) => one.group === group);
    return answer === undefined || answer.error !== undefined ? [] : [answer];
  });
}
