import { setTimeout as wait } from "node:timers/promises";
import { memory } from "dataqueues";

import type { Nemesis } from "../nemesis.ts";
import { Workload } from "../workload.ts";
import { memoryLog } from "../log-under-test.ts";

const everyMs = 200;

/** Every 200 ms each partition gets another leader, or none for a while. */
export const leadersMoving: Nemesis = {
  name: "leaders-moving",
  cycles: { gate: 25, usual: 300, long: 3_000 },
  async run(context) {
    const { random } = context;
    const log = memory({ nodes: 3 });
    const workload = await Workload.start(memoryLog(log), this.name, random, { compression: "none" });
    const nodes = [-1, 1, 2, 3];
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      for (const topic of workload.topics) {
        for (const partition of [0, 1, 2]) log.moveLeader(topic, partition, nodes[Math.floor(4 * random())] ?? 1);
      }
      await wait(everyMs);
    }
    for (const topic of workload.topics) for (const partition of [0, 1, 2]) log.moveLeader(topic, partition, 1);
    await workload.progress(500);
    return workload.finish(context, this.name, [`nine partitions moved every ${everyMs} ms`]);
  },
};
