import { memory } from "dataqueues";

import type { Nemesis } from "../nemesis.ts";
import { CheckedConsumer } from "../checked-consumer.ts";
import { Workload } from "../workload.ts";
import { memoryLog } from "../log-under-test.ts";

/**
 * Changes a consumer's topics or partitions as fast as it takes them. No record of a removed partition may come after
 * the call has resolved, and no record of a kept one may be lost.
 */
export const topicsChanged: Nemesis = {
  name: "topics-changed",
  cycles: { gate: 200, usual: 5_000, long: 20_000 },
  async run(context) {
    const { random } = context;
    const log = memory({ nodes: 3 });
    const tested = memoryLog(log);
    const workload = await Workload.start(tested, this.name, random, { compression: "none", restMs: 100 });
    const consumer = new CheckedConsumer(tested.transport(), workload.topics, { requestTimeoutMs: 5_000 });
    const all = workload.topics.flatMap((topic) => [0, 1, 2].map((partition) => [topic, partition] as const));
    const started = performance.now();
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      if (random() < 0.5) await consumer.update(workload.topics.filter(() => random() < 0.7));
      else await consumer.assign(all.filter(() => random() < 0.7));
      if (cycle % 500 === 0) context.say(`${cycle} of ${context.cycles}`);
    }
    const perSecond = Math.round((1_000 * context.cycles) / (performance.now() - started));
    await consumer.update(workload.topics);
    await workload.progress(500);
    const result = await workload.finish(context, this.name, [
      `${perSecond} changes a second`,
      `${consumer.delivered} delivered meanwhile`,
    ]);
    const broken = await consumer.finish(await workload.stop());
    return { ...result, broken: [...result.broken, ...broken] };
  },
};
