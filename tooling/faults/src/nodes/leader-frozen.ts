import { setTimeout as wait } from "node:timers/promises";

import type { Fault } from "../fault.ts";
import { kafkaLog } from "../kafka-log.ts";
import { allInSync, leaderOf } from "../three-nodes.ts";
import { Traffic } from "../traffic.ts";

/** Long enough that another node leads, and that requests to the frozen one are given up. */
const frozenMs = 15_000;

/** SIGSTOP of a leader, whose sockets stay open and say nothing, then SIGCONT: a zombie that thinks it still leads. */
export const leaderFrozen: Fault = {
  name: "leader-frozen",
  cycles: { gate: 2, usual: 10, long: 30 },
  async run(context) {
    const kafka = await context.threeNodes();
    const traffic = await Traffic.start(kafkaLog(kafka), this.name, context.random);
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      await traffic.progress(500);
      await allInSync(kafka, traffic.topics);
      const node = await leaderOf(kafka, traffic.topics[cycle % traffic.topics.length] ?? "");
      context.say(`freeze ${cycle} of ${context.cycles}: node ${node.id}`);
      node.pause();
      try {
        await Promise.all([traffic.progress(500), wait(frozenMs)]);
      } finally {
        node.resume();
      }
    }
    return traffic.finish(context, this.name, [`frozen ${frozenMs / 1000} s each time`]);
  },
};
