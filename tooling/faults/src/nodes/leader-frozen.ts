import { setTimeout as wait } from "node:timers/promises";

import type { Nemesis } from "../nemesis.ts";
import { kafkaLog } from "../log-under-test.ts";
import { allInSync, leaderOf } from "../cluster-state.ts";
import { Workload } from "../workload.ts";

/** Long enough for another node to become leader, and for requests to the frozen node to time out. */
const frozenMs = 15_000;

/** Freezes a leader with SIGSTOP, so that its sockets stay open and silent. After SIGCONT it believes that it still leads. */
export const leaderFrozen: Nemesis = {
  name: "leader-frozen",
  cycles: { gate: 2, usual: 10, long: 30 },
  async run(context) {
    const kafka = await context.threeNodes();
    const workload = await Workload.start(kafkaLog(kafka), this.name, context.random);
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      await workload.progress(500);
      await allInSync(kafka, workload.topics);
      const node = await leaderOf(kafka, workload.topics[cycle % workload.topics.length] ?? "");
      context.say(`freeze ${cycle} of ${context.cycles}: node ${node.id}`);
      node.pause();
      try {
        await Promise.all([workload.progress(500), wait(frozenMs)]);
      } finally {
        node.resume();
      }
    }
    return workload.finish(context, this.name, [`frozen ${frozenMs / 1000} s each time`]);
  },
};
