import { DataQueueAdmin } from "@dataqueues/admin";

import type { Terminal } from "../terminal/terminal.ts";
import { openHost } from "./open-host.ts";
import type { Host, HostOptions } from "./open-host.ts";

/** A host with an admin, which ends with the terminal's signal. */
export interface AdminHost extends Host {
  readonly admin: DataQueueAdmin;
}

/** Opens a host for changes. Throws an error that says what to use in place of a host that can only be read. */
export async function openAdmin(options: HostOptions, terminal: Terminal): Promise<AdminHost> {
  const host = await openHost(options, terminal);
  const { transport, name, connectTimeoutMs, onEvent } = host;
  if (!transport.capabilities.admin) {
    throw new Error(`${name} can only be read: give the address of Kafka with --host`);
  }
  return { ...host, admin: new DataQueueAdmin(transport, { connectTimeoutMs, onEvent, signal: terminal.signal }) };
}
