import { setTimeout as wait } from "node:timers/promises";
import { DataQueueConsumer, DataQueueProducer, kafkajs } from "dataqueues";

import type { Nemesis } from "../nemesis.ts";
import { kafkaLog } from "../log-under-test.ts";
import { Workload } from "../workload.ts";
import { waitUntil } from "../wait-until.ts";
import type { Direction } from "./proxied-connection.ts";

const requestTimeoutMs = 2_000;
const closeTimeoutMs = 500;
/** How long recovery may take after the request timeout: as promised, and longer in the gate, whose machine is busy. */
const graceMs = { usual: 1_000, gate: 10_000 };

const ways: readonly (readonly Direction[])[] = [["requests"], ["responses"], ["requests", "responses"]];

/**
 * Makes every open connection half-open: it silently drops all bytes in one direction or both. Each partition must be
 * written and read again within the request timeout plus one second, and clients that are closed meanwhile must close
 * within their deadline.
 */
export const connectionsSilent: Nemesis = {
  name: "connections-silent",
  cycles: { gate: 3, usual: 30, long: 100 },
  async run(context) {
    const { kafka, proxies } = await context.behindProxies();
    const servers = proxies.map(({ address }) => address);
    const workload = await Workload.start(kafkaLog(kafka, servers), this.name, context.random, { requestTimeoutMs });
    const grace = context.form === "gate" ? graceMs.gate : graceMs.usual;
    const [topic = ""] = workload.topics;
    const broken: string[] = [];
    let [slowestMs, slowestCloseMs] = [0, 0];
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      await workload.progress(300);
      const closed = new DataQueueProducer(kafkajs(servers), { topic: `${topic}-closed`, topicTimeoutMs: 60_000 });
      const reader = new DataQueueConsumer(kafkajs(servers), { topics: [`${topic}-closed`] });
      await Promise.all([closed.connect(), reader.connect()]);
      const way = ways[cycle % ways.length] ?? [];
      context.say(`silent ${cycle} of ${context.cycles}: ${way.join(" and ")}`);
      for (const proxy of proxies) proxy.changeOpen({ silent: true }, way);
      // Responses that were already on their way do not count as recovery.
      await wait(100);
      const since = performance.now();
      const watches = workload.watch([0, 1, 2]);
      const pending = [1, 2, 3].map(() => closed.send(new Uint8Array(10)).then(String, (error: Error) => error.name));
      const closing = closed.close({ timeoutMs: closeTimeoutMs }).then(() => performance.now() - since);
      await waitUntil(() => watches.every(({ ticks }) => ticks > 0), 60_000, "recovery");
      slowestMs = Math.max(slowestMs, performance.now() - since);
      slowestCloseMs = Math.max(slowestCloseMs, await closing);
      for (const outcome of await Promise.all(pending))
        if (outcome !== "ClosedError") broken.push(`a send of a closed producer ended with ${outcome}`);
      await reader.close();
    }
    if (slowestMs > requestTimeoutMs + grace) broken.push(`recovery took ${Math.round(slowestMs)} ms`);
    if (slowestCloseMs > closeTimeoutMs + grace) broken.push(`close took ${Math.round(slowestCloseMs)} ms`);
    const result = await workload.finish(context, this.name, [
      `request timeout ${requestTimeoutMs / 1_000} s`,
      `every partition was written and read again within ${(slowestMs / 1_000).toFixed(1)} s after the silence began`,
      `close with ${closeTimeoutMs} ms took at most ${Math.round(slowestCloseMs)} ms`,
    ]);
    return { ...result, broken: [...result.broken, ...broken] };
  },
};
