import type { ConsumerGroupDescription, GroupOffset } from "@dataqueues/admin";
import { partitionKey, TransportError } from "@dataqueues/core";
import type { MemberDescription } from "@dataqueues/core";

import { cell, jsonNumber } from "../print/cell.ts";
import { countOf } from "../print/quantities.ts";
import { jsonLine, numberColumn, safeTable } from "../print/safe-lines.ts";
import { safeText } from "../print/safe-text.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { throwFailures } from "../throw-failures.ts";
import type { GroupsOptions } from "./list-groups.ts";
import { openGroups } from "./open-groups.ts";

/** Prints groups with their members, and how far they are. */
export async function describeGroups(
  groups: readonly string[],
  options: GroupsOptions,
  terminal: Terminal,
): Promise<void> {
  const { admin, name } = await openGroups(options, terminal);
  await using _ = admin;
  const settled = await Promise.allSettled(
    groups.map(async (group) => {
      const [described, offsets] = await Promise.all([admin.describeGroups(group), admin.groupOffsets(group)]);
      return described.map((one) =>
        options.json === true ? jsonLine(groupJson(one, offsets)) : groupText(one, offsets),
      );
    }),
  );
  const texts = settled.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  await terminal.stdout.write(texts.join(options.json === true ? "" : "\n"));
  const failures = settled.flatMap((one, index) =>
    one.status === "rejected" ? [missingGroup(one.reason, groups[index] ?? "", name)] : [],
  );
  await throwFailures({ failures, done: texts.length, what: "groups" }, terminal);
}

/** An error about a group in plainer words, where the group does not exist. */
function missingGroup(error: unknown, group: string, host: string): unknown {
  if (!(error instanceof TransportError) || error.code !== "GROUP_ID_NOT_FOUND") return error;
  return new Error(`there is no group ${group} at ${host}: dataqueues groups shows what there is`, { cause: error });
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
