import type { Nemesis } from "../nemesis.ts";
import { sessionTimeoutMs } from "../shared-nodes.ts";
import { GroupWorkload } from "./group-workload.ts";
import type { MemberGroup } from "./member-group.ts";

/**
 * Restarts all members, one after the other, as when a service is updated: members with names of their own (`groupInstanceId`)
 * in the place of those without, then those again, then those without. Nothing is handled twice. Then a named member is killed
 * with SIGKILL and started again at once: the group has not noticed its death and refuses the name, which the member waits for.
 */
export const groupRollingRestart: Nemesis = {
  name: "group-rolling-restart",
  cycles: { gate: 1, usual: 5, long: 30 },
  async run(context) {
    const kafka = await context.threeNodes();
    await using workload = await GroupWorkload.start(context, kafka, this.name);
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      for (const kind of ["named", "named again", "killed", "without names"] as const) {
        context.say(`restart ${cycle} of ${context.cycles}: ${kind}`);
        await workload.each((group) =>
          kind === "killed" ? killNamed(group) : restartAll(group, kind !== "without names"),
        );
        await workload.progress(100);
      }
    }
    // Members with names that do not come back keep their partitions for a session. With range two such waits follow each other:
    // the other member gives up all for a rebalance that waits for the first, and leaves in turn.
    const notes = ["each cycle restarts both members three times and kills one"];
    return await workload.finish(context, this.name, notes, { pauseMs: sessionTimeoutMs });
  },
};

async function restartAll(group: MemberGroup, named: boolean): Promise<void> {
  for (const [index, member] of group.running.entries()) {
    await member.stop();
    group.add(named ? { groupInstanceId: `${group.name}-${index}` } : {});
    await group.settled();
  }
}

async function killNamed(group: MemberGroup): Promise<void> {
  const [victim] = group.running;
  const groupInstanceId = victim?.task.groupInstanceId;
  if (groupInstanceId === undefined) throw new Error("the first member has no name");
  await victim?.kill();
  group.add({ groupInstanceId });
  await group.settled();
}
