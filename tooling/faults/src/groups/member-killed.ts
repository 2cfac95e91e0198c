import type { Nemesis } from "../nemesis.ts";
import { sessionTimeoutMs } from "../shared-nodes.ts";
import { GroupWorkload } from "./group-workload.ts";

/**
 * Kills a member of each group with SIGKILL; another takes its place when the group has noticed. The groups start at the latest
 * records, and the first kill comes before the first interval of commits is over: what is sent meanwhile must not be passed over.
 */
export const memberKilled: Nemesis = {
  name: "member-killed",
  cycles: { gate: 2, usual: 10, long: 50 },
  async run(context) {
    const kafka = await context.threeNodes();
    await using workload = await GroupWorkload.start(context, kafka, this.name, {
      task: { from: "latest", autoCommitIntervalMs: 2_000 },
    });
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      context.say(`kill ${cycle} of ${context.cycles}`);
      await workload.each(async (group) => {
        const { running } = group;
        const victim = running[Math.floor(context.random() * running.length)];
        await group.progress(20);
        await victim?.kill();
        await group.settled();
        group.add();
        await group.settled();
      });
      await workload.progress(200);
    }
    return await workload.finish(context, this.name, [`session of ${sessionTimeoutMs / 1_000} s`]);
  },
};
