import type { ConsumerGroupDescription, GroupOffset } from "@dataqueues/admin";
import { partitionKey, TransportError } from "@dataqueues/core";
import type { MemberDescription } from "@dataqueues/core";

import { cell, jsonNumber } from "../print/cell.ts";
import { countOf } from "../print/quantities.ts";
import { jsonLine, numberColumn, safeTable } from "../print/safe-lines.ts";
import { safeText } from "../print/safe-text.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { throwFailures } from "../throw-failures.ts";
import { workOnEach } from "../work-on-each.ts";
import type { GroupsOptions } from "./list-groups.ts";
import { missingGroup } from "./missing-group.ts";
import { openGroups } from "./open-groups.ts";

/** Prints groups with their members, and how far they are. */
export async function describeGroups(
  groups: readonly string[],
  options: GroupsOptions,
  terminal: Terminal,
): Promise<void> {
  const { admin, name } = await openGroups(options, terminal);
  await using _ = admin;
  const isJson = options.json === true;
  const textOf = async (group: string): Promise<string> => {
    const [described, offsets] = await Promise.all([
      admin.describeGroups(group).catch((error: unknown) => Promise.reject(asMissing(error, group, name))),
      admin.groupOffsets(group),
    ]);
    return described.map((one) => (isJson ? jsonLine(groupJson(one, offsets)) : groupText(one, offsets))).join("");
  };
  const outcomes = await workOnEach(groups, terminal, textOf, isJson ? "" : "\n");
  await throwFailures(outcomes, "group", terminal);
}

/** An error about a group in plainer words, where the group does not exist. */
function asMissing(error: unknown, group: string, host: string): unknown {
  if (!(error instanceof TransportError) || error.code !== "GROUP_ID_NOT_FOUND") return error;
  return missingGroup(group, host, error);
}

function groupText(
  { group, type, state, assignor, members }: ConsumerGroupDescription,
  offsets: readonly GroupOffset[],
): string {
  const count = countOf(members.length, "member");
  const how = assignor === "" ? type : `${type}, ${assignor}`;
  const sections = [`${safeText(group)}: ${safeText(state)}, ${count} (${safeText(how)})\n`];
  if (members.length > 0) {
    const columns = ["member", "client", "host", "partitions"].map((title) => ({ title }));
    const rows = members.map((one) => [memberName(one), one.clientId, one.host, assignmentText(one)]);
    sections.push(safeTable(columns, rows));
  }
  if (offsets.length > 0) sections.push(offsetTable(members, offsets));
  return sections.join("\n");
}

function offsetTable(members: readonly MemberDescription[], offsets: readonly GroupOffset[]): string {
  const owners = new Map(
    members.flatMap((member) =>
      member.assignment.map(([topic, partition]) => [partitionKey(topic, partition), memberName(member)] as const),
    ),
  );
  return safeTable(
    [{ title: "topic" }, ...["partition", "offset", "end", "lag"].map(numberColumn), { title: "member" }],
    offsets.map(({ topic, partition, offset, end, lag }) => [
      topic,
      String(partition),
      cell(offset),
      String(end),
      cell(lag),
      cell(owners.get(partitionKey(topic, partition))),
    ]),
  );
}

function memberName({ instanceId, memberId }: MemberDescription): string {
  return instanceId ?? memberId;
}

/** Partitions by topic: `night 0,1 pointing 2`. */
function assignmentText({ assignment }: MemberDescription): string {
  const topics = [...new Set(assignment.map(([topic]) => topic))].toSorted();
  const parts = topics.map((topic) => {
    const numbers = assignment.filter((one) => one[0] === topic).map(([, partition]) => partition);
    return `${topic} ${numbers.toSorted((one, other) => one - other).join(",")}`;
  });
  return parts.join(" ") || "none";
}

function groupJson(description: ConsumerGroupDescription, offsets: readonly GroupOffset[]): object {
  const { group, type, state, assignor, coordinator, members } = description;
  return {
    group,
    type,
    state,
    assignor,
    coordinator: coordinator < 0 ? null : coordinator,
    members: members.map(({ memberId, instanceId, clientId, host, assignment }) => ({
      memberId,
      instanceId: instanceId ?? null,
      clientId,
      host,
      assignment,
    })),
    offsets: offsets.map(({ topic, partition, offset, end, lag }) => ({
      topic,
      partition,
      offset: jsonNumber(offset),
      end: jsonNumber(end),
      lag: jsonNumber(lag),
    })),
  };
}
