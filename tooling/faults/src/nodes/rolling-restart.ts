import type { Nemesis } from "../nemesis.ts";
import { kafkaLog } from "../log-under-test.ts";
import { allInSync } from "../cluster-state.ts";
import { Workload } from "../workload.ts";

/** Stops each node with SIGTERM and starts it again, one after the other, as when a cluster is upgraded. */
export const rollingRestart: Nemesis = {
  name: "rolling-restart",
  cycles: { gate: 1, usual: 5, long: 20 },
  async run(context) {
    const kafka = await context.threeNodes();
    const workload = await Workload.start(kafkaLog(kafka), this.name, context.random);
    for (let round = 1; round <= context.cycles; round += 1) {
      for (const node of kafka.nodes) {
        await allInSync(kafka, workload.topics);
        context.say(`round ${round} of ${context.cycles}: node ${node.id}`);
        await node.stop();
        await workload.progress(500);
        await node.start();
      }
    }
    return workload.finish(context, this.name, ["each cycle restarts all three nodes"]);
  },
};
