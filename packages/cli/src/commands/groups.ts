import type { Command } from "commander";

import type { DeleteGroupsOptions } from "../groups/delete-groups.ts";
import type { GroupsOptions } from "../groups/list-groups.ts";
import type { ResetOptions } from "../groups/reset-offsets.ts";
import { addExamples } from "../print/examples.ts";
import type { Terminal } from "../terminal/terminal.ts";

export function addGroups(program: Command, terminal: Terminal): void {
  const groups = program
    .command("groups")
    .summary("list, describe, reset and delete groups of consumers")
    .description("Lists groups of consumers; shows how far they are, resets their offsets, deletes them.");
  addExamples(groups, [
    ["dataqueues groups", "list all groups"],
    ["dataqueues groups describe averager", "members, and how far they are"],
    ["dataqueues groups reset averager pointing --to -1h", "read the last hour again"],
  ]);

  groups
    .command("list", { isDefault: true })
    .summary("list all groups")
    .description("Lists all groups.")
    .option("--json", "one JSON object a line for each group")
    .action(async (_options: unknown, command: Command) => {
      const { listGroups } = await import("../groups/list-groups.ts");
      await listGroups(command.optsWithGlobals<GroupsOptions>(), terminal);
    });

  groups
    .command("describe")
    .summary("show members, offsets and lag")
    .description("Shows the members of groups with their partitions, and committed offsets with their lag.")
    .argument("<group...>")
    .option("--json", "one JSON object a line for each group")
    .action(async (names: string[], _options: unknown, command: Command) => {
      const { describeGroups } = await import("../groups/describe-groups.ts");
      await describeGroups(names, command.optsWithGlobals<GroupsOptions>(), terminal);
    });

  addReset(groups, terminal);

  groups
    .command("delete")
    .summary("delete groups with their offsets")
    .description("Deletes groups with their committed offsets. Asks first. A group that has members cannot be deleted.")
    .argument("<group...>")
    .option("-y, --yes", "do not ask")
    .action(async (names: string[], _options: unknown, command: Command) => {
      const { deleteGroups } = await import("../groups/delete-groups.ts");
      await deleteGroups(names, command.optsWithGlobals<DeleteGroupsOptions>(), terminal);
    });
}

function addReset(groups: Command, terminal: Terminal): void {
  const reset = groups
    .command("reset")
    .summary("set where the members of a group go on")
    .description("Sets where the members of a group go on when they start again. Shows it, then asks.")
    .argument("<group>", "may be new: its members then begin there")
    .argument("[topic...]", "by default all partitions of which the group has committed offsets")
    .requiredOption("--to <place>", "earliest, latest, an offset, or a time: 2026-11-27T10:00Z, -15m, @1700000000")
    .option("-p, --partition <number...>", "only these partitions of the topic")
    .option("--dry-run", "show what would be done, and do nothing")
    .option("-y, --yes", "do not ask")
    .option("--json", "show it as one JSON object a line for each partition")
    .action(async (group: string, topics: string[], _options: unknown, command: Command) => {
      const { resetOffsets } = await import("../groups/reset-offsets.ts");
      await resetOffsets(group, topics, command.optsWithGlobals<ResetOptions>(), terminal);
    });
  addExamples(reset, [
    ["dataqueues groups reset averager --to latest", "skip all that is there"],
    ["dataqueues groups reset averager pointing -p 0 --to 1200 --yes", "go on at offset 1200 of one partition"],
  ]);
}
