import { join } from "node:path";

import { python, scripts } from "@dataqueues/tooling-python";

import { GroupMember } from "./group-member.ts";
import { javaArguments } from "./run-java.ts";

/** The other programs that can be members: Apache Kafka's own client, confluent-kafka for Python, and aiokafka. */
export type GroupClient = "java" | "librdkafka" | "aiokafka";

export interface GroupMemberOptions {
  readonly bootstrapServers: readonly string[];
  readonly group: string;
  readonly topic: string;
  /** Milliseconds that handling a record takes; 0 by default. */
  readonly handleMs?: number;
  /** Further settings, by the client's own names; its defaults where nothing is given. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** Starts a member of a group with another client, and resolves when its process runs. It begins with the first record. */
export async function startGroupMember(
  client: GroupClient,
  { bootstrapServers, group, topic, handleMs = 0, settings = {} }: GroupMemberOptions,
): Promise<GroupMember> {
  const pairs = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const args = [bootstrapServers.join(","), group, topic, String(handleMs), ...pairs];
  if (client === "java") return new GroupMember(client, "java", await javaArguments("GroupMember.java", args));
  return new GroupMember(client, await python(), [join(scripts, "group_member.py"), client, ...args]);
}
