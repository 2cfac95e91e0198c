import { setTimeout as wait } from "node:timers/promises";

import type { Nemesis } from "../nemesis.ts";
import { kafkaLog } from "../log-under-test.ts";
import { leaderOf } from "../cluster-state.ts";
import { Workload } from "../workload.ts";

const phaseMs = { usual: 15_000, gate: 5_000 };
const slow = { latencyMs: 50, bytesPerSecond: 1_000_000 / 8 };
const slowNodeMs = 2_000;
/** The share of their throughput that the other nodes' partitions must keep; less in the gate, whose machine is busy. */
const leastShare = { usual: 0.8, gate: 0.3 };

/** Slows all nodes to 50 ms and 1 Mbit/s, then delays one node by 2 s. Clients of the other nodes must not wait for it. */
export const networkSlow: Nemesis = {
  name: "network-slow",
  cycles: { gate: 1, usual: 5, long: 10 },
  async run(context) {
    const { kafka, proxies } = await context.behindProxies();
    const servers = proxies.map(({ address }) => address);
    const workload = await Workload.start(kafkaLog(kafka, servers), this.name, context.random);
    await workload.progress(300);
    const [topic = ""] = workload.topics;
    const leaders = await Promise.all([0, 1, 2].map((partition) => leaderOf(kafka, topic, partition)));
    const ms = context.form === "gate" ? phaseMs.gate : phaseMs.usual;
    const [before, during]: [number[], number[]] = [[], []];
    for (const proxy of proxies) proxy.change(slow);
    for (let cycle = 0; cycle < context.cycles; cycle += 1) {
      const node = leaders[cycle % leaders.length];
      const others = [0, 1, 2].filter((partition) => leaders[partition]?.id !== node?.id);
      context.say(`slow node ${cycle + 1} of ${context.cycles}: node ${node?.id}`);
      const rate = async (): Promise<number> => {
        const watches = workload.watch(others);
        await wait(ms);
        return sum(watches.map(({ perSecond }) => perSecond));
      };
      before.push(await rate());
      proxies[(node?.id ?? 0) - 1]?.change({ latencyMs: slowNodeMs }, ["responses"]);
      during.push(await rate());
      proxies[(node?.id ?? 0) - 1]?.change(slow);
      // Lets the messages that the slow node held back come through before the next cycle.
      await workload.progress(300);
    }
    for (const proxy of proxies) proxy.change({ latencyMs: 0, bytesPerSecond: Infinity });
    // Over all cycles together, because the machine is not equally busy all the time.
    const share = sum(during) / sum(before);
    const percent = during.map((rate, cycle) => `${Math.round((100 * rate) / (before[cycle] ?? 0))} %`);
    const least = context.form === "gate" ? leastShare.gate : leastShare.usual;
    const result = await workload.finish(context, this.name, [
      `with one node delayed by ${slowNodeMs / 1_000} s, partitions of the others kept ${Math.round(100 * share)} % of their throughput (${percent.join(", ")})`,
    ]);
    return {
      ...result,
      broken: [
        ...result.broken,
        ...(share < least
          ? [`partitions of the other nodes kept only ${Math.round(100 * share)} % of their throughput`]
          : []),
      ],
    };
  },
};

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
