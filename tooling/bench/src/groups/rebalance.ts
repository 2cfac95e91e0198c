import { setTimeout as sleep } from "node:timers/promises";

import { DataQueueAdmin } from "dataqueues";
import { runJava } from "@dataqueues/tooling-kafka";
import type { GroupMember, GroupMemberLine } from "@dataqueues/tooling-kafka";

import { heartbeatSetting, protocolSettings, startBenchedMember } from "./members.ts";
import type { BenchedClient, BenchedProtocol } from "./members.ts";
import { SteadySender } from "./steady-sender.ts";
import { longestStall, settledAt } from "./timeline.ts";

const partitions = 12;
const recordsPerSecond = 480;
/** How long after a change is looked at. */
const windowMs = 15_000;

/** What a change of members took, in milliseconds; NaN where the group was not settled within the window. */
export interface Rebalance {
  readonly settledMs: number;
  readonly stallMs: number;
}

/** A member joins two others; one of the three is stopped; one is stopped and started again at once. */
export interface Rebalances {
  readonly joins: Rebalance;
  readonly leaves: Rebalance;
  readonly restarts: Rebalance;
}

/** Measures a client's group while 480 records a second arrive in twelve partitions. */
export async function measureRebalances(
  bootstrapServers: readonly string[],
  client: BenchedClient,
  protocol: BenchedProtocol,
  heartbeatMs: number | undefined,
): Promise<Rebalances> {
  const topic = `${client}-${protocol.slice(0, 4)}-${heartbeatMs ?? "defaults"}-${Date.now()}`;
  await using admin = new DataQueueAdmin([...bootstrapServers]);
  await admin.createTopics([[topic, partitions]]);
  if (heartbeatMs !== undefined && protocol === "consumer")
    await setGroupHeartbeat(bootstrapServers, topic, heartbeatMs);
  const members: GroupMember[] = [];
  /** Also those that have ended. */
  const all = (): GroupMemberLine[][] => members.map(({ lines }) => lines);
  const start = async (): Promise<void> => {
    const settings = {
      ...protocolSettings(client, protocol),
      ...(heartbeatMs === undefined ? {} : heartbeatSetting(client, protocol, heartbeatMs)),
    };
    members.push(await startBenchedMember(client, { bootstrapServers, group: topic, topic, settings }));
  };
  /** Waits until the group was settled for three seconds. */
  const settle = async (owners: number): Promise<void> => {
    for (const deadline = Date.now() + 60_000; ;) {
      const settled = settledAt(all(), partitions, owners);
      if (settled !== undefined && Date.now() - settled > 3_000) return;
      for (const member of members) member.check();
      if (Date.now() > deadline) throw new Error(`${topic}: ${owners} members did not share the partitions evenly`);
      await sleep(100);
    }
  };
  const rebalance = async (from: number, owners: number): Promise<Rebalance> => {
    await sleep(from + windowMs - Date.now());
    const settled = settledAt(all(), partitions, owners);
    const settledMs = settled === undefined ? Number.NaN : settled - from;
    return { settledMs, stallMs: longestStall(all(), partitions, from, from + windowMs) };
  };
  await using _sender = new SteadySender(bootstrapServers, topic, partitions, recordsPerSecond);
  try {
    await start();
    await start();
    await settle(2);

    await start();
    const joins = await rebalance(await startedAt(members.at(-1)), 3);
    await settle(3);

    const left = Date.now();
    await members[0]?.stop();
    const leaves = await rebalance(left, 2);

    await start();
    await settle(3);
    const stopped = Date.now();
    await Promise.all([members[1]?.stop(), start()]);
    const restarts = await rebalance(stopped, 3);
    return { joins, leaves, restarts };
  } finally {
    await Promise.all(members.map((member) => member.kill()));
  }
}

/** When a member's consumer was made, which is after its program was loaded. */
async function startedAt(member: GroupMember | undefined): Promise<number> {
  for (;;) {
    member?.check();
    const started = member?.lines.find(({ event }) => event === "started");
    if (started !== undefined) return started.at;
    await sleep(10);
  }
}

/** The group's own setting, as `kafka-configs` sets it. */
async function setGroupHeartbeat(
  bootstrapServers: readonly string[],
  group: string,
  intervalMs: number,
): Promise<void> {
  const change = ["--alter", "--entity-type", "groups", "--entity-name", group];
  const setting = ["--add-config", `consumer.heartbeat.interval.ms=${intervalMs}`];
  await runJava("org.apache.kafka.tools.ConfigCommand", [
    "--bootstrap-server",
    bootstrapServers.join(","),
    ...change,
    ...setting,
  ]);
}
