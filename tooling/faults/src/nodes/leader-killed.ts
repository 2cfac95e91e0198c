import type { Nemesis } from "../nemesis.ts";
import { kafkaLog } from "../log-under-test.ts";
import { allInSync, leaderOf } from "../cluster-state.ts";
import { Workload } from "../workload.ts";

/** Kills the leader of the first partition with SIGKILL and restarts it, for each topic in turn. */
export const leaderKilled: Nemesis = {
  name: "leader-killed",
  cycles: { gate: 5, usual: 30, long: 100 },
  async run(context) {
    const kafka = await context.threeNodes();
    const workload = await Workload.start(kafkaLog(kafka), this.name, context.random);
    const killed = new Map<number, number>();
    for (let cycle = 0; cycle < context.cycles; cycle += 1) {
      await allInSync(kafka, workload.topics);
      const node = await leaderOf(kafka, workload.topics[cycle % workload.topics.length] ?? "");
      killed.set(node.id, (killed.get(node.id) ?? 0) + 1);
      context.say(
        `kill ${cycle + 1} of ${context.cycles}: node ${node.id}, ${workload.history.acknowledged} acknowledged`,
      );
      await node.kill();
      await workload.progress(500);
      await node.start();
    }
    const times = [...killed].sort().map(([id, count]) => `${count} times node ${id}`);
    return workload.finish(context, this.name, [`killed ${times.join(", ")}`]);
  },
};
