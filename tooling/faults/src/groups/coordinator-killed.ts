import { allInSync } from "../cluster-state.ts";
import type { Nemesis } from "../nemesis.ts";
import { coordinatorOf, offsetsTopic } from "./coordinator.ts";
import { GroupWorkload } from "./group-workload.ts";

/** Kills the node that keeps all groups with SIGKILL and restarts it. Another node keeps them then; no member notices more than a pause. */
export const coordinatorKilled: Nemesis = {
  name: "coordinator-killed",
  cycles: { gate: 1, usual: 10, long: 50 },
  async run(context) {
    const kafka = await context.threeNodes();
    await using workload = await GroupWorkload.start(context, kafka, this.name);
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      await workload.progress(100);
      await allInSync(kafka, [workload.topic, offsetsTopic]);
      const node = await coordinatorOf(kafka, workload.groups[0]?.name ?? "");
      context.say(`kill ${cycle} of ${context.cycles}: node ${node.id}`);
      await node.kill();
      await workload.progress(500);
      await node.start();
    }
    await workload.settled();
    // The node leads partitions of the topic, too: nobody can read these until they have another leader.
    return await workload.finish(context, this.name, [], { pauseMs: workload.longestSendStallMs });
  },
};
