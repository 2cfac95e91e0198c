import { setTimeout as sleep } from "node:timers/promises";

import { DataQueueAdmin, DataQueueProducer } from "dataqueues";
import type { GroupMember } from "@dataqueues/tooling-kafka";

import { startBenchedMember } from "./members.ts";
import { settledAt } from "./timeline.ts";

const partitions = 12;
const windowMs = 10_000;

/** How long each record keeps a member: it waits for something, or computes. */
export interface Work {
  readonly milliseconds: number;
  readonly busy: boolean;
}

/** Records per second that so many processes of ours handle together, over ten seconds, once they share the partitions. */
export async function measureRate(bootstrapServers: readonly string[], processes: number, work: Work): Promise<number> {
  const topic = `work-${processes}-${work.busy}-${Date.now()}`;
  await fill(bootstrapServers, topic, (processes * 30_000) / work.milliseconds);
  const options = { bootstrapServers, group: topic, topic, handleMs: work.milliseconds };
  const settings: Record<string, string> = work.busy ? { busy: "true" } : {};
  const members = await Promise.all(
    Array.from({ length: processes }, () => startBenchedMember("dataqueues", { ...options, settings })),
  );
  try {
    await settled(members);
    // A second for compiling, and for what was fetched before the last one joined.
    await sleep(1_000);
    const from = Date.now();
    await sleep(windowMs);
    const lines = members.flatMap((member) => member.lines);
    const handled = lines.filter(({ event, at }) => event === "record" && at >= from && at < from + windowMs);
    return (handled.length * 1_000) / windowMs;
  } finally {
    await Promise.all(members.map((member) => member.kill()));
  }
}

async function settled(members: readonly GroupMember[]): Promise<void> {
  const lines = members.map((member) => member.lines);
  for (const deadline = Date.now() + 60_000; settledAt(lines, partitions, members.length) === undefined;) {
    for (const member of members) member.check();
    if (Date.now() > deadline) throw new Error(`${members.length} members did not share the partitions evenly`);
    await sleep(50);
  }
}

/** Fills a topic with more than is handled meanwhile. */
async function fill(bootstrapServers: readonly string[], topic: string, count: number): Promise<void> {
  await using admin = new DataQueueAdmin([...bootstrapServers]);
  await admin.createTopics([[topic, partitions]]);
  await using producer = new DataQueueProducer([...bootstrapServers], { topic });
  const value = new Uint8Array(100);
  await Promise.all(
    Array.from({ length: count }, (_, index) => producer.send(value, { partition: index % partitions })),
  );
}
