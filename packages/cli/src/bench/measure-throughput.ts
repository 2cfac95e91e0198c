import { setImmediate } from "node:timers/promises";
import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";

import type { BenchTopic } from "./bench-topic.ts";
import { Latencies } from "./latencies.ts";
import type { Measurement } from "./measurement.ts";

/** How much may wait for its acknowledgement: enough for full batches, so little that the latency means something. */
const mostBytesInFlight = 16e6;
const mostInFlight = 10_000;

/** A log in this process answers without timers and sockets, which have to get their turn: Ctrl-C, for example. */
const yieldAfterMs = 20;

/** Sends records as fast as they are acknowledged. */
export async function measureSend(
  bench: BenchTopic,
  onProgress: (records: number, part: number) => void,
): Promise<Measurement> {
  const { transport, plan, values, signal } = bench;
  signal.throwIfAborted();
  const { size, count, ms } = plan;
  const latencies = new Latencies();
  const window = Math.min(mostInFlight, Math.max(1, Math.floor(mostBytesInFlight / Math.max(1, size))));
  await using producer = new DataQueueProducer(transport, bench.producerOptions);
  await producer.connect();
  const failures: unknown[] = [];
  let inFlight = 0;
  let sent = 0;
  let wake = (): void => undefined;
  const startedAt = performance.now();
  const send = async (): Promise<void> => {
    const sentAt = performance.now();
    try {
      await producer.send(values.next());
      latencies.add(performance.now() - sentAt);
    } catch (error) {
      failures.push(error);
    }
    inFlight -= 1;
    wake();
  };
  const stop = (): void => {
    failures.push(signal.reason);
    wake();
  };
  signal.addEventListener("abort", stop, { once: true });
  let yieldedAt = startedAt;
  while (sent < count && failures.length === 0) {
    const elapsed = performance.now() - startedAt;
    if (elapsed >= ms) break;
    if (performance.now() - yieldedAt > yieldAfterMs) {
      await setImmediate();
      yieldedAt = performance.now();
    } else if (inFlight >= window) {
      onProgress(latencies.count, Math.min(1, Math.max(latencies.count / count, elapsed / ms)));
      await new Promise<void>((resolve) => (wake = resolve));
    } else {
      inFlight += 1;
      sent += 1;
      void send();
    }
  }
  if (failures.length === 0) await producer.flush({ signal });
  const seconds = (performance.now() - startedAt) / 1_000;
  signal.removeEventListener("abort", stop);
  if (failures.length > 0) throw failures[0];
  bench.sent += sent;
  return { work: "send", load: "full", records: sent, bytes: sent * size, seconds, latency: latencies.summary() };
}

/**
 * Reads all that was sent, with a new consumer.
 *
 * @throws Error when it gets another number of records
 */
export async function measureReceive(bench: BenchTopic): Promise<Measurement> {
  const { transport, topic, sent, signal } = bench;
  let records = 0;
  let bytes = 0;
  const startedAt = performance.now();
  await using consumer = new DataQueueConsumer(transport, { topics: topic, until: "end", signal });
  for await (const batch of consumer.batches()) {
    records += batch.length;
    for (const { value } of batch) bytes += value?.length ?? 0;
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  if (records !== sent) throw new Error(`received ${records} records of ${sent} that were acknowledged`);
  return { work: "receive", load: "full", records, bytes, seconds };
}
