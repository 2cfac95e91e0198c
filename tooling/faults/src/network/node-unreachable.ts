import { setTimeout as wait } from "node:timers/promises";

import type { Nemesis } from "../nemesis.ts";
import { kafkaLog } from "../log-under-test.ts";
import { leaderOf } from "../cluster-state.ts";
import { Workload } from "../workload.ts";
import { waitUntil } from "../wait-until.ts";

const requestTimeoutMs = 2_000;
const silentMs = { usual: 30_000, gate: 10_000 };
/** How long a partition of the other nodes may stall: the request timeout plus a second, and longer in the gate. */
const longestStallMs = { usual: requestTimeoutMs + 1_000, gate: requestTimeoutMs + 10_000 };

/**
 * Cuts clients off from one node: no byte passes in either direction, on old or new connections. The other nodes still
 * reach it, so it keeps leading its partitions. Those partitions wait; partitions of the other nodes must not.
 */
export const nodeUnreachable: Nemesis = {
  name: "node-unreachable",
  cycles: { gate: 1, usual: 6, long: 20 },
  async run(context) {
    const { kafka, proxies } = await context.behindProxies();
    const servers = proxies.map(({ address }) => address);
    const workload = await Workload.start(kafkaLog(kafka, servers), this.name, context.random, { requestTimeoutMs });
    const [topic = ""] = workload.topics;
    const leaders = await Promise.all([0, 1, 2].map((partition) => leaderOf(kafka, topic, partition)));
    const ms = context.form === "gate" ? silentMs.gate : silentMs.usual;
    const allowedMs = context.form === "gate" ? longestStallMs.gate : longestStallMs.usual;
    const broken: string[] = [];
    let [longestMs, slowestMs] = [0, 0];
    for (let cycle = 0; cycle < context.cycles; cycle += 1) {
      await workload.progress(300);
      // Starts with the first bootstrap server, which clients ask first for metadata.
      const node = kafka.nodes[cycle % kafka.nodes.length];
      const proxy = proxies[(node?.id ?? 0) - 1];
      const mine = [0, 1, 2].filter((partition) => leaders[partition]?.id === node?.id);
      context.say(`unreachable ${cycle + 1} of ${context.cycles}: node ${node?.id}`);
      proxy?.change({ silent: true });
      const others = workload.watch([0, 1, 2].filter((partition) => !mine.includes(partition)));
      await wait(ms);
      longestMs = Math.max(longestMs, ...others.map((watch) => watch.longestMs));
      proxy?.change({ silent: false });
      const since = performance.now();
      const own = workload.watch(mine);
      await waitUntil(
        () => own.every(({ ticks }) => ticks > 0),
        60_000,
        `node ${node?.id} being written and read again`,
      );
      slowestMs = Math.max(slowestMs, performance.now() - since);
    }
    if (longestMs > allowedMs) broken.push(`partitions of other nodes stalled for ${longestMs} ms`);
    if (slowestMs > allowedMs)
      broken.push(`its partitions were written and read again only after ${Math.round(slowestMs)} ms`);
    const result = await workload.finish(context, this.name, [
      `request timeout ${requestTimeoutMs / 1_000} s`,
      `unreachable ${ms / 1_000} s each time`,
      `partitions of other nodes stalled for at most ${(longestMs / 1_000).toFixed(1)} s`,
      `its own were written and read again within ${(slowestMs / 1_000).toFixed(1)} s after the end`,
    ]);
    return { ...result, broken: [...result.broken, ...broken] };
  },
};
