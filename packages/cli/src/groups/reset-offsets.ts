import type { DataQueueAdmin } from "@dataqueues/admin";
import { TransportError } from "@dataqueues/core";
import type { TopicPartition } from "@dataqueues/core";

import { parseInteger } from "../arguments/parse-integer.ts";
import { parseResetTarget } from "../arguments/parse-reset-target.ts";
import type { HostOptions } from "../host/open-host.ts";
import { cell, jsonNumber } from "../print/cell.ts";
import { countOf } from "../print/quantities.ts";
import { jsonLine, numberColumn, safeTable } from "../print/safe-lines.ts";
import { safeText } from "../print/safe-text.ts";
import { confirm } from "../terminal/confirm.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { openGroups } from "./open-groups.ts";
import { planReset } from "./plan-reset.ts";
import type { PlannedReset } from "./plan-reset.ts";

/** The options of `groups reset`. */
export interface ResetOptions extends HostOptions {
  readonly to: string;
  readonly partition?: readonly string[];
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Shows where a group would go on and, once a person has agreed, commits that. */
export async function resetOffsets(
  group: string,
  topics: readonly string[],
  options: ResetOptions,
  terminal: Terminal,
): Promise<void> {
  const target = parseResetTarget(options.to);
  const partitions = (options.partition ?? []).map((text) => parseInteger("--partition", text, 0, 2 ** 31 - 1));
  const [topic = "", ...others] = topics;
  if (partitions.length > 0 && (topic === "" || others.length > 0)) throw new UsageError("--partition wants one topic");
  const places = partitions.length > 0 ? partitions.map((one): TopicPartition => [topic, one]) : topics;

  const { admin } = await openGroups(options, terminal);
  await using _ = admin;
  await checkNoMembers(admin, group);
  const plan = await planReset(admin, group, places, target);
  if (plan.length === 0) {
    throw new UsageError(`group ${group} has committed no offsets: name the topics of which it shall get some`);
  }
  await terminal.stdout.write(options.json === true ? plan.map(planJson).join("") : planTable(plan));
  if (options.dryRun === true) return;
  if (options.yes !== true) {
    await confirm(terminal, {
      question: `Reset offsets of group ${safeText(group)}?`,
      otherwise: "nothing was changed",
      advice: "add --yes to reset the offsets, or --dry-run to see them only",
    });
  }
  await admin.resetOffsets(
    group,
    plan.map((one) => [one.topic, one.partition, one.to]),
  );
  await terminal.stderr.write(`reset ${countOf(plan.length, "offset")}\n`);
}

/** Throws for a group that has members, before anybody is asked: they would go on from their own places. */
async function checkNoMembers(admin: DataQueueAdmin, group: string): Promise<void> {
  let members: number;
  try {
    members = (await admin.describeGroups(group)).flatMap((one) => one.members).length;
  } catch (error) {
    // A new group may get offsets, so that its members begin there.
    if (error instanceof TransportError && error.code === "GROUP_ID_NOT_FOUND") return;
    throw error;
  }
  if (members === 0) return;
  const count = countOf(members, "member");
  throw new Error(`group ${group} has ${count}, which would go on from their own places: stop them first`);
}

function planTable(plan: readonly PlannedReset[]): string {
  const columns = [{ title: "topic" }, ...["partition", "offset", "new offset"].map(numberColumn)];
  const rows = plan.map(({ topic, partition, from, to }) => [topic, String(partition), cell(from), String(to)]);
  return safeTable(columns, rows);
}

function planJson({ topic, partition, from, to }: PlannedReset): string {
  return jsonLine({ topic, partition, offset: jsonNumber(from), newOffset: jsonNumber(to) });
}
