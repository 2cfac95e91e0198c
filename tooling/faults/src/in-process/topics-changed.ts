import { memory } from "dataqueues";

import type { Fault } from "../fault.ts";
import { Follower } from "../follower.ts";
import { Traffic } from "../traffic.ts";
import { memoryLog } from "./memory-log.ts";

/**
 * A consumer is given other topics, or other partitions, as fast as it takes them: no record of what was taken away
 * comes after the call has resolved, none of what stays is lost. In the log of this process.
 */
export const topicsChanged: Fault = {
  name: "topics-changed",
  cycles: { gate: 200, usual: 5_000, long: 20_000 },
  async run(context) {
    const { random } = context;
    const log = memory({ nodes: 3 });
    const judged = memoryLog(log);
    const traffic = await Traffic.start(judged, this.name, random, { compression: "none", restMs: 100 });
    const follower = new Follower(judged.transport(), traffic.topics, { requestTimeoutMs: 5_000 });
    const all = traffic.topics.flatMap((topic) => [0, 1, 2].map((partition) => [topic, partition] as const));
    const started = performance.now();
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      if (random() < 0.5) await follower.update(traffic.topics.filter(() => random() < 0.7));
      else await follower.assign(all.filter(() => random() < 0.7));
      if (cycle % 500 === 0) context.say(`${cycle} of ${context.cycles}`);
    }
    const perSecond = Math.round((1_000 * context.cycles) / (performance.now() - started));
    await follower.update(traffic.topics);
    await traffic.progress(500);
    const row = await traffic.finish(context, this.name, [
      `${perSecond} changes a second`,
      `${follower.delivered} delivered meanwhile`,
    ]);
    const broken = await follower.finish(await traffic.stop());
    return { ...row, broken: [...row.broken, ...broken] };
  },
};
