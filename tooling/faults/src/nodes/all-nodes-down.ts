import { setTimeout as wait } from "node:timers/promises";

import type { Nemesis } from "../nemesis.ts";
import { kafkaLog } from "../log-under-test.ts";
import { allInSync } from "../cluster-state.ts";
import { Workload } from "../workload.ts";

/** How long the nodes are down; shorter in the gate. */
const downMs = { gate: 10_000, usual: 60_000 };

/** Kills all nodes with SIGKILL. Sends wait, memory stays bounded, and everything continues when the nodes are back. */
export const allNodesDown: Nemesis = {
  name: "all-nodes-down",
  cycles: { gate: 1, usual: 3, long: 10 },
  async run(context) {
    const kafka = await context.threeNodes();
    const workload = await Workload.start(kafkaLog(kafka), this.name, context.random);
    const ms = context.form === "gate" ? downMs.gate : downMs.usual;
    let slowestMs = 0;
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      await workload.progress(500);
      await allInSync(kafka, workload.topics);
      context.say(`all down, ${cycle} of ${context.cycles}`);
      await Promise.all(kafka.nodes.map((node) => node.kill()));
      await wait(ms);
      const ids = kafka.nodes.map(({ id }) => id);
      await Promise.all(kafka.nodes.map((node) => node.start({ knows: ids })));
      const since = performance.now();
      await workload.progress(1);
      slowestMs = Math.max(slowestMs, performance.now() - since);
      await workload.settled();
    }
    const slowest = (slowestMs / 1_000).toFixed(1);
    return workload.finish(context, this.name, [
      `down ${ms / 1_000} s each time`,
      `written and read again within ${slowest} s after the nodes were back`,
    ]);
  },
};
