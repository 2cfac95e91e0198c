import { DataQueueAdmin } from "@dataqueues/admin";

import { openHost } from "../host/open-host.ts";
import type { HostOptions } from "../host/open-host.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** An admin of a host that has groups. */
export interface GroupsHost {
  readonly admin: DataQueueAdmin;
  /** As a person calls it. */
  readonly name: string;
}

/** Opens a host for work on groups. Throws an error that says what to use in place of a host that has none. */
export async function openGroups(options: HostOptions, terminal: Terminal): Promise<GroupsHost> {
  const { transport, name, connectTimeoutMs, onEvent } = await openHost(options, terminal);
  if (!transport.capabilities.groups) {
    throw new Error(
      `${name} tells nothing of groups, as gateways and recordings do not: give the address of Kafka itself with --host`,
    );
  }
  return { admin: new DataQueueAdmin(transport, { connectTimeoutMs, onEvent, signal: terminal.signal }), name };
}
