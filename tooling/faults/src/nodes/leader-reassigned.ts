import type { Nemesis } from "../nemesis.ts";
import { kafkaLog } from "../log-under-test.ts";
import { allInSync } from "../cluster-state.ts";
import { moveReplicas } from "../move-replicas.ts";
import { Workload } from "../workload.ts";

/** Moves both replicas of every partition, its leader too, to other nodes, as when a cluster is rebalanced. */
export const leaderReassigned: Nemesis = {
  name: "leader-reassigned",
  cycles: { gate: 3, usual: 15, long: 50 },
  async run(context) {
    const kafka = await context.threeNodes();
    const workload = await Workload.start(kafkaLog(kafka), this.name, context.random);
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      context.say(`move ${cycle} of ${context.cycles}`);
      await moveReplicas(kafka, workload.topics, [(cycle % 3) + 1, ((cycle + 1) % 3) + 1]);
      await workload.progress(500);
    }
    await moveReplicas(kafka, workload.topics, [1, 2, 3]);
    await allInSync(kafka, workload.topics);
    return workload.finish(context, this.name, ["each cycle moves all nine partitions"]);
  },
};
