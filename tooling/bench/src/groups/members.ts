import { join } from "node:path";

import { GroupMember, startGroupMember } from "@dataqueues/tooling-kafka";
import type { GroupMemberOptions } from "@dataqueues/tooling-kafka";

/** The clients that are compared. */
export type BenchedClient = "dataqueues" | "java" | "librdkafka";
export const benchedClients: readonly BenchedClient[] = ["dataqueues", "java", "librdkafka"];

export type BenchedProtocol = "consumer" | "classic, cooperative-sticky";

/** A client's settings for a protocol; its defaults otherwise. */
export function protocolSettings(
  client: BenchedClient,
  protocol: BenchedProtocol,
): Readonly<Record<string, string | number>> {
  if (client === "dataqueues") return { groupProtocol: protocol === "consumer" ? "consumer" : "classic" };
  if (protocol === "consumer") return { "group.protocol": "consumer" };
  const cooperative =
    client === "java" ? "org.apache.kafka.clients.consumer.CooperativeStickyAssignor" : "cooperative-sticky";
  return { "partition.assignment.strategy": cooperative };
}

/** The setting of a client's own heartbeats; in the consumer protocol the others take the group's. */
export function heartbeatSetting(
  client: BenchedClient,
  protocol: BenchedProtocol,
  intervalMs: number,
): Readonly<Record<string, number>> {
  if (client === "dataqueues") return { heartbeatIntervalMs: intervalMs };
  return protocol === "consumer" ? {} : { "heartbeat.interval.ms": intervalMs };
}

/** Starts a member in a process of its own. */
export async function startBenchedMember(client: BenchedClient, options: GroupMemberOptions): Promise<GroupMember> {
  if (client !== "dataqueues") return startGroupMember(client, options);
  const { bootstrapServers, group, topic, handleMs = 0, settings = {} } = options;
  const pairs = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const script = ["--conditions=@dataqueues/source", join(import.meta.dirname, "own-member.ts")];
  const args = [...script, bootstrapServers.join(","), group, topic, String(handleMs), ...pairs];
  return new GroupMember(client, process.execPath, args);
}
