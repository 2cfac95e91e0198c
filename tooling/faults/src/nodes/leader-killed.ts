import type { Fault } from "../fault.ts";
import { kafkaLog } from "../kafka-log.ts";
import { allInSync, leaderOf } from "../three-nodes.ts";
import { Traffic } from "../traffic.ts";

/** SIGKILL of the node that leads the first partition, of each topic in turn, and its restart. */
export const leaderKilled: Fault = {
  name: "leader-killed",
  cycles: { gate: 5, usual: 30, long: 100 },
  async run(context) {
    const kafka = await context.threeNodes();
    const traffic = await Traffic.start(kafkaLog(kafka), this.name, context.random);
    const killed = new Map<number, number>();
    for (let cycle = 0; cycle < context.cycles; cycle += 1) {
      await allInSync(kafka, traffic.topics);
      const node = await leaderOf(kafka, traffic.topics[cycle % traffic.topics.length] ?? "");
      killed.set(node.id, (killed.get(node.id) ?? 0) + 1);
      context.say(
        `kill ${cycle + 1} of ${context.cycles}: node ${node.id}, ${traffic.ledger.acknowledged} acknowledged`,
      );
      await node.kill();
      await traffic.progress(500);
      await node.start();
    }
    const times = [...killed].sort().map(([id, count]) => `${count} times node ${id}`);
    return traffic.finish(context, this.name, [`killed ${times.join(", ")}`]);
  },
};
