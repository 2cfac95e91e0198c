import { setTimeout as sleep } from "node:timers/promises";

import { DataQueueAdmin } from "dataqueues";
import { runJava } from "@dataqueues/tooling-kafka";
import type { GroupMember, GroupMemberLine } from "@dataqueues/tooling-kafka";

import { protocolSettings, startBenchedMember } from "./members.ts";
import type { BenchedProtocol } from "./members.ts";
import { SteadySender } from "./steady-sender.ts";
import { settledAt } from "./timeline.ts";

const partitions = 12;
const processes = 3;
/** For how long nobody reads; longer than a session, so that those that were killed are forgotten. */
const stoppedMs = 8_000;

/** What three processes handled that were all stopped, and three that went on after them. */
export interface Resume {
  readonly sent: number;
  /** Records that nobody handled. */
  readonly skipped: number;
  /** Records that were handled twice although they were committed before. */
  readonly committedTwice: number;
  /** Records that were handled twice. */
  readonly twice: number;
}

/** Stops all members of a group of ours while records arrive, by SIGTERM or by kill -9, and starts as many again. */
export async function measureResume(
  bootstrapServers: readonly string[],
  protocol: BenchedProtocol,
  signal: "SIGTERM" | "SIGKILL",
): Promise<Resume> {
  const topic = `resume-${protocol.slice(0, 4)}-${signal}-${Date.now()}`;
  await using admin = new DataQueueAdmin([...bootstrapServers]);
  await admin.createTopics([[topic, partitions]]);
  const settings = { ...protocolSettings("dataqueues", protocol), sessionTimeoutMs: 6_000 };
  const start = async (): Promise<GroupMember[]> => {
    const options = { bootstrapServers, group: topic, topic, handleMs: 2, settings };
    const members = await Promise.all(
      Array.from({ length: processes }, () => startBenchedMember("dataqueues", options)),
    );
    await until(`${topic} is shared`, members, () => {
      return (
        settledAt(
          members.map(({ lines }) => lines),
          partitions,
          processes,
        ) !== undefined
      );
    });
    return members;
  };
  const started: GroupMember[] = [];
  try {
    await using sender = new SteadySender(bootstrapServers, topic, partitions, 480);
    const before = await start();
    started.push(...before);
    await sleep(5_000);
    await Promise.all(before.map((member) => (signal === "SIGTERM" ? member.stop() : member.kill())));
    const committed = await committedOffsets(bootstrapServers, topic);
    await sleep(stoppedMs);
    const after = await start();
    started.push(...after);
    await sleep(3_000);
    await sender.stop();
    const first = places(before.flatMap(({ lines }) => lines));
    const second = (): string[] => places(after.flatMap(({ lines }) => lines));
    const handled = (): Set<string> => new Set([...first, ...second()]);
    await until(`all of ${topic} is handled`, after, () => handled().size >= sender.sent);
    const again = new Set(first);
    const isCommitted = (place: string): boolean => {
      const [partition, offset] = place.split(" ").map(Number);
      return (offset ?? 0) < (committed.get(partition ?? -1) ?? 0);
    };
    const all = [...first, ...second()];
    return {
      sent: sender.sent,
      skipped: sender.sent - handled().size,
      committedTwice: second().filter((place) => again.has(place) && isCommitted(place)).length,
      twice: all.length - new Set(all).size,
    };
  } finally {
    await Promise.all(started.map((member) => member.kill()));
  }
}

function places(lines: readonly GroupMemberLine[]): string[] {
  return lines.flatMap((line) => (line.event === "record" ? [`${line.partition} ${line.offset}`] : []));
}

/** Waits until something is so, for 30 seconds at most; if it is not then, the figures show it. */
async function until(what: string, members: readonly GroupMember[], isSo: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 30_000; !isSo(); await sleep(50)) {
    for (const member of members) member.check();
    if (Date.now() > deadline) return console.log(`not within 30 s: ${what}`);
  }
}

/** What `kafka-consumer-groups` says is committed, by partition. */
async function committedOffsets(bootstrapServers: readonly string[], group: string): Promise<Map<number, number>> {
  const args = ["--bootstrap-server", bootstrapServers.join(","), "--describe", "--group", group];
  const printed = await runJava("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", args);
  const rows = printed.split("\n").map((line) => line.trim().split(/ +/));
  const head = rows.find((row) => row.includes("CURRENT-OFFSET")) ?? [];
  const [partition, offset] = [head.indexOf("PARTITION"), head.indexOf("CURRENT-OFFSET")];
  return new Map(rows.filter(([name]) => name === group).map((row) => [Number(row[partition]), Number(row[offset])]));
}
