import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import { serveGateway } from "@dataqueues/gateway";
import type { Gateway } from "@dataqueues/gateway";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import { websocket } from "@dataqueues/transport-websocket";
import { expect, test } from "vitest";
import { WebSocket } from "ws";

import { logWithTopics } from "../log-with-topics.ts";

/** 1,000 by hand: `DATAQUEUES_PAGES=1000`, with `ulimit -n` to match. */
const pages = Number(process.env["DATAQUEUES_PAGES"] ?? 200);

const start = (log: MemoryTransport, port: number): Promise<Gateway> =>
  serveGateway({
    transport: log,
    topics: ["public"],
    port,
    limits: { viewers: 2 * pages, viewersPerAddress: 2 * pages },
  });

/** How many of these times are in the fullest 100 ms. */
function fullest(times: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const time of times) counts.set(Math.floor(time / 100), (counts.get(Math.floor(time / 100)) ?? 0) + 1);
  return Math.max(...counts.values());
}

test(
  `${pages} pages connect again spread over seconds after their gateway was closed, and go on where they were`,
  { timeout: 60_000 },
  async () => {
    const log = await logWithTopics(["public"]);
    await using producer = new DataQueueProducer(log, { topic: "public" });
    const first = await start(log, 0);
    const attempts: number[] = [];
    class ObservedWebSocket extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        attempts.push(performance.now());
        super(url, protocols);
      }
    }
    const consumers = Array.from({ length: pages }, () => {
      const transport = websocket(first.url, { WebSocket: ObservedWebSocket });
      return new DataQueueConsumer(transport, { topics: ["public"], from: "earliest" });
    });
    const iterators = consumers.map((consumer) => consumer[Symbol.asyncIterator]());
    const next = (): Promise<(bigint | undefined)[]> =>
      Promise.all(iterators.map(async (iterator) => (await iterator.next()).value?.offset));
    const before = next();
    await producer.send(new Uint8Array([0]));
    expect(new Set(await before)).toEqual(new Set([0n]));

    attempts.length = 0;
    const after = next();
    await first.close({ timeoutMs: 500 });
    await using _second = await start(log, first.port);
    await producer.send(new Uint8Array([1]));
    expect(new Set(await after)).toEqual(new Set([1n]));
    await Promise.all(consumers.map((consumer) => consumer.close()));

    expect(attempts.length).toBeGreaterThanOrEqual(pages);
    // Spread evenly over 5 s, 100 ms would hold a fiftieth. A fifth leaves room for a busy machine.
    expect(fullest(attempts)).toBeLessThan(attempts.length / 5);
    if (process.env["DATAQUEUES_PAGES"] !== undefined) {
      const spread = (Math.max(...attempts) - Math.min(...attempts)) / 1_000;
      console.log(
        `${attempts.length} attempts over ${spread.toFixed(1)} s, ${fullest(attempts)} in the fullest 100 ms`,
      );
    }
  },
);
