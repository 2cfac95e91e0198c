import { setTimeout as wait } from "node:timers/promises";

import type { Fault } from "../fault.ts";
import { kafkaLog } from "../kafka-log.ts";
import { allInSync } from "../three-nodes.ts";
import { Traffic } from "../traffic.ts";

/** How long nobody answers; the gate has less time. */
const downMs = { gate: 10_000, usual: 60_000 };

/** SIGKILL of all nodes: sends wait, memory stays bounded, and all goes on when they are back. */
export const allNodesDown: Fault = {
  name: "all-nodes-down",
  cycles: { gate: 1, usual: 3, long: 10 },
  async run(context) {
    const kafka = await context.threeNodes();
    const traffic = await Traffic.start(kafkaLog(kafka), this.name, context.random);
    const ms = context.form === "gate" ? downMs.gate : downMs.usual;
    let slowestMs = 0;
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      await traffic.progress(500);
      await allInSync(kafka, traffic.topics);
      context.say(`all down, ${cycle} of ${context.cycles}`);
      await Promise.all(kafka.nodes.map((node) => node.kill()));
      await wait(ms);
      const ids = kafka.nodes.map(({ id }) => id);
      await Promise.all(kafka.nodes.map((node) => node.start({ knows: ids })));
      const since = performance.now();
      await traffic.progress(1);
      slowestMs = Math.max(slowestMs, performance.now() - since);
      await traffic.settled();
    }
    const slowest = (slowestMs / 1_000).toFixed(1);
    return traffic.finish(context, this.name, [
      `down ${ms / 1_000} s each time`,
      `flowed again at most ${slowest} s after the nodes were back`,
    ]);
  },
};
