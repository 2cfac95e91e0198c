import { setTimeout as wait } from "node:timers/promises";
import { memory } from "dataqueues";

import type { Fault } from "../fault.ts";
import { Traffic } from "../traffic.ts";
import { memoryLog } from "./memory-log.ts";

const everyMs = 200;

/** Leaders move every 200 ms, all partitions to any node or for a while to none, in the log of this process. */
export const leadersMoving: Fault = {
  name: "leaders-moving",
  cycles: { gate: 25, usual: 300, long: 3_000 },
  async run(context) {
    const { random } = context;
    const log = memory({ nodes: 3 });
    const traffic = await Traffic.start(memoryLog(log), this.name, random, { compression: "none" });
    const nodes = [-1, 1, 2, 3];
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      for (const topic of traffic.topics) {
        for (const partition of [0, 1, 2]) log.moveLeader(topic, partition, nodes[Math.floor(4 * random())] ?? 1);
      }
      await wait(everyMs);
    }
    for (const topic of traffic.topics) for (const partition of [0, 1, 2]) log.moveLeader(topic, partition, 1);
    await traffic.progress(500);
    return traffic.finish(context, this.name, [`a move of nine partitions every ${everyMs} ms`]);
  },
};
