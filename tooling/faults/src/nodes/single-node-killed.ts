import { startKafka } from "@dataqueues/tooling-kafka";

import type { Nemesis } from "../nemesis.ts";
import { kafkaLog } from "../log-under-test.ts";
import { Workload } from "../workload.ts";

/** Kills a single node with SIGKILL and restarts it, as in a test setup. Everything waits until it is back. */
export const singleNodeKilled: Nemesis = {
  name: "single-node-killed",
  cycles: { gate: 2, usual: 20, long: 50 },
  async run(context) {
    await using kafka = await startKafka(context.kafka);
    const workload = await Workload.start(kafkaLog(kafka), this.name, context.random);
    let slowestMs = 0;
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      await workload.progress(500);
      context.say(`kill ${cycle} of ${context.cycles}`);
      for (const node of kafka.nodes) {
        await node.kill();
        await node.start();
      }
      const since = performance.now();
      await workload.progress(1);
      slowestMs = Math.max(slowestMs, performance.now() - since);
    }
    const slowest = (slowestMs / 1_000).toFixed(1);
    return await workload.finish(context, this.name, [
      `written and read again within ${slowest} s after the node was back`,
    ]);
  },
};
