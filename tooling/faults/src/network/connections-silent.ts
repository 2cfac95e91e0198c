import { setTimeout as wait } from "node:timers/promises";
import { DataQueueConsumer, DataQueueProducer, kafkajs } from "dataqueues";

import type { Fault } from "../fault.ts";
import { kafkaLog } from "../kafka-log.ts";
import { Traffic } from "../traffic.ts";
import { until } from "../until.ts";
import type { Direction } from "./proxied-connection.ts";

const requestTimeoutMs = 2_000;
const closeTimeoutMs = 500;
/** What recovery may take beyond the request timeout: the promise, and room for a busy machine in the gate. */
const graceMs = { usual: 1_000, gate: 10_000 };

const ways: readonly (readonly Direction[])[] = [["requests"], ["answers"], ["requests", "answers"]];

/**
 * All connections that are open swallow everything in one direction or both, and nobody is told: half-open. Each
 * partition is written and read again within the request timeout and a second, and clients that are closed meanwhile
 * close by their deadline.
 */
export const connectionsSilent: Fault = {
  name: "connections-silent",
  cycles: { gate: 3, usual: 30, long: 100 },
  async run(context) {
    const { kafka, proxies } = await context.behindProxies();
    const servers = proxies.map(({ address }) => address);
    const traffic = await Traffic.start(kafkaLog(kafka, servers), this.name, context.random, { requestTimeoutMs });
    const grace = context.form === "gate" ? graceMs.gate : graceMs.usual;
    const [topic = ""] = traffic.topics;
    const broken: string[] = [];
    let [slowestMs, slowestCloseMs] = [0, 0];
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      await traffic.progress(300);
      const closed = new DataQueueProducer(kafkajs(servers), { topic: `${topic}-closed`, topicTimeoutMs: 60_000 });
      const reader = new DataQueueConsumer(kafkajs(servers), { topics: [`${topic}-closed`] });
      await Promise.all([closed.connect(), reader.connect()]);
      const way = ways[cycle % ways.length] ?? [];
      context.say(`silent ${cycle} of ${context.cycles}: ${way.join(" and ")}`);
      for (const proxy of proxies) proxy.changeOpen({ silent: true }, way);
      // Answers that were on their way already are no recovery.
      await wait(100);
      const since = performance.now();
      const watches = traffic.watch([0, 1, 2]);
      const pending = [1, 2, 3].map(() => closed.send(new Uint8Array(10)).then(String, (error: Error) => error.name));
      const closing = closed.close({ timeoutMs: closeTimeoutMs }).then(() => performance.now() - since);
      await until(() => watches.every(({ ticks }) => ticks > 0), 60_000, "recovery");
      slowestMs = Math.max(slowestMs, performance.now() - since);
      slowestCloseMs = Math.max(slowestCloseMs, await closing);
      for (const outcome of await Promise.all(pending))
        if (outcome !== "ClosedError") broken.push(`a send of a closed producer ended with ${outcome}`);
      await reader.close();
    }
    if (slowestMs > requestTimeoutMs + grace) broken.push(`recovery took ${Math.round(slowestMs)} ms`);
    if (slowestCloseMs > closeTimeoutMs + grace) broken.push(`close took ${Math.round(slowestCloseMs)} ms`);
    const row = await traffic.finish(context, this.name, [
      `request timeout ${requestTimeoutMs / 1_000} s`,
      `every partition flowed again at most ${(slowestMs / 1_000).toFixed(1)} s after the silence began`,
      `close with ${closeTimeoutMs} ms took at most ${Math.round(slowestCloseMs)} ms`,
    ]);
    return { ...row, broken: [...row.broken, ...broken] };
  },
};
