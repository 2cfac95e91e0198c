import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";

import type { BenchTopic } from "./bench-topic.ts";
import { Latencies } from "./latencies.ts";
import type { Measurement } from "./measurement.ts";

/** The first records find connections, and code that is not compiled yet: they are not counted. */
const warmUp = 50;

/** So many records are enough for the 99th percentile. */
const most = 1_000;

/**
 * Sends records one at a time, the next when the one before it was received: how long an acknowledgement takes, and how long a record
 * takes to a consumer.
 */
export async function measureLatency(bench: BenchTopic): Promise<Measurement[]> {
  const { transport, topic, plan, values, signal } = bench;
  const sends = new Latencies();
  const receives = new Latencies();
  await using consumer = new DataQueueConsumer(transport, { topics: topic, from: "latest", signal });
  await using producer = new DataQueueProducer(transport, bench.producerOptions);
  await consumer.connect();
  const messages = consumer[Symbol.asyncIterator]();
  let deadline = Infinity;
  for (let sent = 0; sends.count < Math.min(plan.count, most) && performance.now() < deadline; sent += 1) {
    const startedAt = performance.now();
    const [acknowledgedAt, receivedAt] = await Promise.all([
      producer.send(values.next()).then(() => performance.now()),
      messages.next().then(() => performance.now()),
    ]);
    bench.sent += 1;
    if (sent < Math.min(warmUp, plan.count)) continue;
    sends.add(acknowledgedAt - startedAt);
    receives.add(receivedAt - startedAt);
    if (deadline === Infinity) deadline = startedAt + Math.min(plan.ms / 2, 10_000);
  }
  const load = { load: "one at a time", records: sends.count, bytes: sends.count * plan.size } as const;
  return [
    { work: "send", ...load, latency: sends.summary() },
    { work: "receive", ...load, latency: receives.summary() },
  ];
}
