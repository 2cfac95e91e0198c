import { setTimeout as wait } from "node:timers/promises";

import type { Fault } from "../fault.ts";
import { kafkaLog } from "../kafka-log.ts";
import { leaderOf } from "../three-nodes.ts";
import { Traffic } from "../traffic.ts";

const phaseMs = { usual: 15_000, gate: 5_000 };
const slow = { latencyMs: 50, bytesPerSecond: 1_000_000 / 8 };
const slowNodeMs = 2_000;
/** What other nodes' partitions must keep of their throughput; the gate's machine is a busy one. */
const leastShare = { usual: 0.8, gate: 0.3 };

/** 50 ms and 1 Mbit/s everywhere, then one node that takes 2 s to answer as well: the others do not wait for it. */
export const networkSlow: Fault = {
  name: "network-slow",
  cycles: { gate: 1, usual: 5, long: 10 },
  async run(context) {
    const { kafka, proxies } = await context.behindProxies();
    const servers = proxies.map(({ address }) => address);
    const traffic = await Traffic.start(kafkaLog(kafka, servers), this.name, context.random);
    await traffic.progress(300);
    const [topic = ""] = traffic.topics;
    const leaders = await Promise.all([0, 1, 2].map((partition) => leaderOf(kafka, topic, partition)));
    const ms = context.form === "gate" ? phaseMs.gate : phaseMs.usual;
    const shares: number[] = [];
    for (const proxy of proxies) proxy.change(slow);
    for (let cycle = 0; cycle < context.cycles; cycle += 1) {
      const node = leaders[cycle % leaders.length];
      const others = [0, 1, 2].filter((partition) => leaders[partition]?.id !== node?.id);
      context.say(`slow node ${cycle + 1} of ${context.cycles}: node ${node?.id}`);
      const rates = async (): Promise<number[]> => {
        const watches = traffic.watch(others);
        await wait(ms);
        return watches.map(({ perSecond }) => perSecond);
      };
      const before = await rates();
      proxies[(node?.id ?? 0) - 1]?.change({ latencyMs: slowNodeMs }, ["answers"]);
      const during = await rates();
      proxies[(node?.id ?? 0) - 1]?.change(slow);
      // What was held back has come through when as much as the slow node kept is through again.
      await traffic.progress(300);
      shares.push(sum(during) / sum(before));
    }
    for (const proxy of proxies) proxy.change({ latencyMs: 0, bytesPerSecond: Infinity });
    const percent = shares.map((share) => `${Math.round(100 * share)} %`);
    const least = context.form === "gate" ? leastShare.gate : leastShare.usual;
    const row = await traffic.finish(context, this.name, [
      `beside a node that takes ${slowNodeMs / 1_000} s the others' partitions kept ${percent.join(", ")} of what was written and read`,
    ]);
    const starved = shares.filter((share) => share < least).length;
    return { ...row, broken: [...row.broken, ...(starved > 0 ? [`${starved} times the others were starved`] : [])] };
  },
};

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
