import type { Fault } from "../fault.ts";
import { kafkaLog } from "../kafka-log.ts";
import { allInSync } from "../three-nodes.ts";
import { Traffic } from "../traffic.ts";

/** SIGTERM and restart of each node, one after the other, as when a cluster is upgraded. */
export const rollingRestart: Fault = {
  name: "rolling-restart",
  cycles: { gate: 1, usual: 5, long: 20 },
  async run(context) {
    const kafka = await context.threeNodes();
    const traffic = await Traffic.start(kafkaLog(kafka), this.name, context.random);
    for (let round = 1; round <= context.cycles; round += 1) {
      for (const node of kafka.nodes) {
        await allInSync(kafka, traffic.topics);
        context.say(`round ${round} of ${context.cycles}: node ${node.id}`);
        await node.stop();
        await traffic.progress(500);
        await node.start();
      }
    }
    return traffic.finish(context, this.name, ["a cycle restarts all three nodes"]);
  },
};
