import { UnsupportedError } from "@dataqueues/core";
import type { AdminConnection, NetworkClient } from "@dataqueues/core";

/** The requests that a log may lack, and what they are for. */
const purposes = {
  deleteRecords: "delete records",
  describeConfigs: "describe topics' settings",
  alterConfigs: "change topics' settings",
  describeLogDirs: "tell how many bytes topics take",
  listGroups: "list groups",
  describeGroups: "describe groups",
  deleteGroups: "delete groups",
  fetchGroupOffsets: "show offsets of groups",
  alterGroupOffsets: "set offsets of groups",
} as const;

/** The name of a request that a log may lack. */
export type OptionalRequest = keyof typeof purposes;

/**
 * A connection that has a request.
 *
 * @throws UnsupportedError when the log lacks it
 */
export async function connectionWith<Name extends OptionalRequest>(
  client: NetworkClient<"admin">,
  name: Name,
): Promise<AdminConnection & Required<Pick<AdminConnection, Name>>> {
  const connection = await client.connect();
  if (hasRequest(connection, name)) return connection;
  throw new UnsupportedError(`this log cannot ${purposes[name]}: its transport has no request ${name}`);
}

function hasRequest<Name extends OptionalRequest>(
  connection: AdminConnection,
  name: Name,
): connection is AdminConnection & Required<Pick<AdminConnection, Name>> {
  return typeof connection[name] === "function";
}
