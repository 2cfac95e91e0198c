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
    const [before, during]: [number[], number[]] = [[], []];
    for (const proxy of proxies) proxy.change(slow);
    for (let cycle = 0; cycle < context.cycles; cycle += 1) {
      const node = leaders[cycle % leaders.length];
      const others = [0, 1, 2].filter((partition) => leaders[partition]?.id !== node?.id);
      context.say(`slow node ${cycle + 1} of ${context.cycles}: node ${node?.id}`);
      const rate = async (): Promise<number> => {
        const watches = traffic.watch(others);
        await wait(ms);
        return sum(watches.map(({ perSecond }) => perSecond));
      };
      before.push(await rate());
      proxies[(node?.id ?? 0) - 1]?.change({ latencyMs: slowNodeMs }, ["answers"]);
      during.push(await rate());
      proxies[(node?.id ?? 0) - 1]?.change(slow);
      // What was held back has come through when as much as the slow node kept is through again.
      await traffic.progress(300);
    }
    for (const proxy of proxies) proxy.change({ latencyMs: 0, bytesPerSecond: Infinity });
    // Of all cycles together, for the machine is not equally busy all the time.
    const share = sum(during) / sum(before);
    const percent = during.map((rate, cycle) => `${Math.round((100 * rate) / (before[cycle] ?? 0))} %`);
    const least = context.form === "gate" ? leastShare.gate : leastShare.usual;
    const row = await traffic.finish(context, this.name, [
      `beside a node that takes ${slowNodeMs / 1_000} s the others' partitions kept ${Math.round(100 * share)} % of what was written and read (${percent.join(", ")})`,
    ]);
    return { ...row, broken: [...row.broken, ...(share < least ? ["the others were starved"] : [])] };
  },
};

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
