import type { HostOptions } from "../host/open-host.ts";
import { safeText } from "../print/safe-text.ts";
import { confirm } from "../terminal/confirm.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { throwFailures } from "../throw-failures.ts";
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
  const failures: unknown[] = [];
  let done = 0;
  const settled = await Promise.allSettled(groups.map((group) => admin.deleteGroups([group])));
  for (const [index, one] of settled.entries()) {
    const group = safeText(groups[index] ?? "");
    if (one.status === "rejected") failures.push(one.reason);
    else if (one.value.length === 0) failures.push(new Error(`there is no group ${group} at ${name}`));
    else {
      done += 1;
      await terminal.stdout.write(`deleted group ${group}\n`);
    }
  }
  await throwFailures({ failures, done, what: "groups" }, terminal);
}
