import type { HostOptions } from "../host/open-host.ts";
import { safeText } from "../print/safe-text.ts";
import { confirm } from "../terminal/confirm.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { throwFailures } from "../throw-failures.ts";
import { workOnEach } from "../work-on-each.ts";
import { missingGroup } from "./missing-group.ts";
import { openGroups } from "./open-groups.ts";

/** The options of `groups delete`. */
export interface DeleteGroupsOptions extends HostOptions {
  readonly yes?: boolean;
}

/** Deletes groups with their offsets once a person has agreed; prints the name of each. */
export async function deleteGroups(
  names: readonly string[],
  options: DeleteGroupsOptions,
  terminal: Terminal,
): Promise<void> {
  const groups = [...new Set(names)];
  const { admin, name } = await openGroups(options, terminal);
  await using _ = admin;
  const listed = safeText(groups.join(", "));
  if (options.yes !== true) {
    await confirm(terminal, {
      question: `Delete ${groups.length === 1 ? "group" : "groups"} ${listed} at ${name}, with the committed offsets?`,
      otherwise: "nothing was deleted",
      advice: `add --yes to delete ${listed}`,
    });
  }
  const outcomes = await workOnEach(groups, terminal, async (group) => {
    if ((await admin.deleteGroups([group])).length > 0) return `deleted group ${safeText(group)}\n`;
    throw missingGroup(group, name);
  });
  await throwFailures(outcomes, "group", terminal);
}
