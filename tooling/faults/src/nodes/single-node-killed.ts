import { startKafka } from "@dataqueues/tooling-kafka";

import type { Fault } from "../fault.ts";
import { kafkaLog } from "../kafka-log.ts";
import { Traffic } from "../traffic.ts";

/** SIGKILL and restart of the only node there is, as in a test setup: everything waits until it is back. */
export const singleNodeKilled: Fault = {
  name: "single-node-killed",
  cycles: { gate: 2, usual: 20, long: 50 },
  async run(context) {
    await using kafka = await startKafka(context.kafka);
    const traffic = await Traffic.start(kafkaLog(kafka), this.name, context.random);
    let slowestMs = 0;
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      await traffic.progress(500);
      context.say(`kill ${cycle} of ${context.cycles}`);
      for (const node of kafka.nodes) {
        await node.kill();
        await node.start();
      }
      const since = performance.now();
      await traffic.progress(1);
      slowestMs = Math.max(slowestMs, performance.now() - since);
    }
    const slowest = (slowestMs / 1_000).toFixed(1);
    return await traffic.finish(context, this.name, [`flowed again at most ${slowest} s after the node was back`]);
  },
};
