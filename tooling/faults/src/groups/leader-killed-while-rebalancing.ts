import { allInSync, leaderOf } from "../cluster-state.ts";
import type { Nemesis } from "../nemesis.ts";
import { coordinatorOf, offsetsTopic } from "./coordinator.ts";
import { GroupWorkload } from "./group-workload.ts";

/** Kills the leader of a partition, in the same moment as a member joins each group and another leaves. */
export const leaderKilledWhileRebalancing: Nemesis = {
  name: "leader-killed-while-rebalancing",
  cycles: { gate: 1, usual: 10, long: 50 },
  async run(context) {
    const kafka = await context.threeNodes();
    await using workload = await GroupWorkload.start(context, kafka, this.name);
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      await workload.progress(100);
      await allInSync(kafka, [workload.topic, offsetsTopic]);
      const node = await leaderOf(kafka, workload.topic, cycle % 4);
      // All groups have the same coordinator.
      const coordinator = await coordinatorOf(kafka, workload.groups[0]?.name ?? "");
      context.say(`kill ${cycle} of ${context.cycles}: node ${node.id}, coordinator ${coordinator.id}`);
      await Promise.all([
        workload.each(async (group) => {
          const [oldest] = group.running;
          group.add();
          // Nobody takes its last commit where the coordinator goes in the same moment, and it does not wait for another one.
          if (oldest !== undefined && coordinator.id === node.id) oldest.fate ??= "closed without a coordinator";
          await oldest?.stop();
        }),
        node.kill(),
      ]);
      await workload.settled();
      await workload.progress(300);
      await node.start();
    }
    return await workload.finish(context, this.name, [], { pauseMs: workload.longestSendStallMs });
  },
};
