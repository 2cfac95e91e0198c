import { setTimeout as wait } from "node:timers/promises";

import type { Fault } from "../fault.ts";
import { kafkaLog } from "../kafka-log.ts";
import { leaderOf } from "../three-nodes.ts";
import { Traffic } from "../traffic.ts";
import { until } from "../until.ts";

const requestTimeoutMs = 2_000;
const silentMs = { usual: 30_000, gate: 10_000 };
/** How long a partition of the other nodes may stand still: the request timeout, a second, and room for a busy machine. */
const patienceMs = { usual: requestTimeoutMs + 1_000, gate: requestTimeoutMs + 10_000 };

/**
 * A black hole: nothing comes through to one node or from it, on new connections neither, while the other nodes go on
 * talking with it, so that it still leads. Its partitions wait; those of the others do not.
 */
export const nodeUnreachable: Fault = {
  name: "node-unreachable",
  cycles: { gate: 1, usual: 6, long: 20 },
  async run(context) {
    const { kafka, proxies } = await context.behindProxies();
    const servers = proxies.map(({ address }) => address);
    const traffic = await Traffic.start(kafkaLog(kafka, servers), this.name, context.random, { requestTimeoutMs });
    const [topic = ""] = traffic.topics;
    const leaders = await Promise.all([0, 1, 2].map((partition) => leaderOf(kafka, topic, partition)));
    const ms = context.form === "gate" ? silentMs.gate : silentMs.usual;
    const patience = context.form === "gate" ? patienceMs.gate : patienceMs.usual;
    const broken: string[] = [];
    let [longestMs, slowestMs] = [0, 0];
    for (let cycle = 0; cycle < context.cycles; cycle += 1) {
      await traffic.progress(300);
      // The first that clients know comes first: it is the one that they ask when they have lost their way.
      const node = kafka.nodes[cycle % kafka.nodes.length];
      const proxy = proxies[(node?.id ?? 0) - 1];
      const mine = [0, 1, 2].filter((partition) => leaders[partition]?.id === node?.id);
      context.say(`black hole ${cycle + 1} of ${context.cycles}: node ${node?.id}`);
      proxy?.change({ silent: true });
      const others = traffic.watch([0, 1, 2].filter((partition) => !mine.includes(partition)));
      await wait(ms);
      longestMs = Math.max(longestMs, ...others.map((watch) => watch.longestMs));
      proxy?.change({ silent: false });
      const since = performance.now();
      const own = traffic.watch(mine);
      await until(() => own.every(({ ticks }) => ticks > 0), 60_000, `node ${node?.id} being written and read again`);
      slowestMs = Math.max(slowestMs, performance.now() - since);
    }
    if (longestMs > patience) broken.push(`partitions of other nodes stood still for ${longestMs} ms`);
    if (slowestMs > patience) broken.push(`its partitions flowed again only after ${Math.round(slowestMs)} ms`);
    const row = await traffic.finish(context, this.name, [
      `request timeout ${requestTimeoutMs / 1_000} s`,
      `unreachable ${ms / 1_000} s each time`,
      `partitions of other nodes stood still for at most ${(longestMs / 1_000).toFixed(1)} s`,
      `its own flowed again at most ${(slowestMs / 1_000).toFixed(1)} s after the end`,
    ]);
    return { ...row, broken: [...row.broken, ...broken] };
  },
};
