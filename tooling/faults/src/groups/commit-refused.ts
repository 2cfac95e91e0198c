import type { Kafka } from "@dataqueues/tooling-kafka";
import { kafkajs } from "dataqueues";

import type { Nemesis } from "../nemesis.ts";
import { sessionTimeoutMs } from "../shared-nodes.ts";
import { GroupWorkload } from "./group-workload.ts";
import type { MemberGroup } from "./member-group.ts";
import type { Member } from "./member.ts";

/** Seldom, so that a commit tells the member first that it is out. */
const heartbeatIntervalMs = 2_000;
/** It has to know by its next heartbeat. */
const graceMs = heartbeatIntervalMs + 1_000;

/**
 * Tells a group in the name of one of its members that it leaves. The others get its partitions, and its next commit, of an
 * epoch that is over, is refused: it must not count, and the member has to give up its partitions and join again.
 */
export const commitRefused: Nemesis = {
  name: "commit-refused",
  cycles: { gate: 2, usual: 20, long: 200 },
  async run(context) {
    const kafka = await context.threeNodes();
    await using workload = await GroupWorkload.start(context, kafka, this.name, {
      task: { heartbeatIntervalMs, autoCommitIntervalMs: 100 },
    });
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      await workload.progress(100);
      context.say(`out ${cycle} of ${context.cycles}`);
      await workload.each(async (group) => {
        const victim = group.running[Math.floor(context.random() * group.running.length)];
        if (victim === undefined) throw new Error(`${group.name} has no members`);
        victim.fate = "put out";
        victim.graceMs = graceMs;
        const losses = victim.counts.get("lost") ?? 0;
        await putOut(kafka, group, victim);
        await victim.came("lost", losses + 1);
        await group.settled();
      });
    }
    const result = await workload.finish(context, this.name);
    const refused = workload.groups.map(({ counts }) => counts.get("commitFailed") ?? 0);
    const untried = refused.some((count) => count === 0) ? ["a group had no commit refused: too few to tell"] : [];
    return { ...result, broken: [...result.broken, ...untried] };
  },
};

/** Leaves the group in a member's name. Which one of the group's members it is, its partitions tell. */
async function putOut(kafka: Kafka, { name, protocol }: MemberGroup, member: Member): Promise<void> {
  const transport = kafkajs(kafka.bootstrapServers);
  const [admin, connection] = await Promise.all([transport.open("admin"), transport.open("group")]);
  try {
    const [described] = (await admin.describeGroups?.([name])) ?? [];
    const found = described?.members?.find(({ assignment }) =>
      assignment.some(([, partition]) => member.owned.has(partition)),
    );
    if (found === undefined)
      throw new Error(`the group has no member like ${member.name}: ${String(described?.error)}`);
    await connection.leaveGroup({
      group: name,
      protocol: protocol.groupProtocol === "classic" ? "classic" : "consumer",
      memberId: found.memberId,
      epoch: 0,
      topics: [...member.task.topics],
      owned: [],
      assignor: protocol.assignor ?? "cooperative-sticky",
      sessionTimeoutMs,
      rebalanceTimeoutMs: 60_000,
    });
  } finally {
    admin.close();
    connection.close();
  }
}
