import { openAdmin } from "../host/open-admin.ts";
import type { AdminHost } from "../host/open-admin.ts";
import type { HostOptions } from "../host/open-host.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Opens a host for work on groups. Throws an error that says what to use in place of a host that has none. */
export async function openGroups(options: HostOptions, terminal: Terminal): Promise<AdminHost> {
  const host = await openAdmin(options, terminal);
  if (host.transport.capabilities.groups) return host;
  await host.admin.close();
  throw new Error(`${host.name} tells nothing of groups, as gateways do not: give the address of Kafka with --host`);
}
