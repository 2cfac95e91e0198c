import { setTimeout as wait } from "node:timers/promises";

import type { Nemesis } from "../nemesis.ts";
import { sessionTimeoutMs } from "../shared-nodes.ts";
import { GroupWorkload } from "./group-workload.ts";

/** Long enough for the others to have the partitions, and to have committed further than the frozen member was. */
const frozenMs = sessionTimeoutMs + 3_000;

/** Freezes a member of each group with SIGSTOP, longer than its session. After SIGCONT it believes that it still owns its partitions. */
export const memberFrozen: Nemesis = {
  name: "member-frozen",
  cycles: { gate: 1, usual: 10, long: 50 },
  async run(context) {
    const kafka = await context.threeNodes();
    await using workload = await GroupWorkload.start(context, kafka, this.name);
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      await workload.progress(100);
      context.say(`freeze ${cycle} of ${context.cycles}`);
      await workload.each(async (group) => {
        const { running } = group;
        const victim = running[Math.floor(context.random() * running.length)];
        victim?.freeze();
        await wait(frozenMs);
        await group.settled(() => running.filter((member) => member !== victim));
        victim?.thaw();
        await group.settled();
      });
    }
    return await workload.finish(context, this.name, [`frozen ${frozenMs / 1_000} s each time`]);
  },
};
