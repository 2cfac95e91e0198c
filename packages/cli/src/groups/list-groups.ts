import type { GroupListing } from "@dataqueues/core";

import type { HostOptions } from "../host/open-host.ts";
import { cell } from "../print/cell.ts";
import { jsonLine, safeTable } from "../print/safe-lines.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { openGroups } from "./open-groups.ts";

/** The options of `groups`. */
export interface GroupsOptions extends HostOptions {
  readonly json?: boolean;
}

/** Prints all groups, sorted by their names. */
export async function listGroups(options: GroupsOptions, terminal: Terminal): Promise<void> {
  const { admin, name } = await openGroups(options, terminal);
  await using _ = admin;
  const groups = await admin.listGroups();
  if (options.json === true) await terminal.stdout.write(groups.map((group) => jsonLine(groupJson(group))).join(""));
  else if (groups.length === 0) await terminal.stderr.write(`${name} has no groups\n`);
  else {
    const rows = groups.map((one) => [one.group, cell(one.type), cell(one.state), one.protocolType || "-"]);
    const columns = ["group", "type", "state", "used by"].map((title) => ({ title }));
    await terminal.stdout.write(safeTable(columns, rows));
  }
}

function groupJson({ group, type, state, protocolType }: GroupListing): object {
  return { group, type: type ?? null, state: state ?? null, protocolType };
}
