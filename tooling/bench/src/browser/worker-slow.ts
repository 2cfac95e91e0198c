/** A Worker that takes long for each record: with what it is shown, how old that is, and what it skipped. */
import { DataQueueConsumer } from "@dataqueues/core";
import { websocket } from "@dataqueues/transport-websocket";

import type { ReadSlowly, SlowResult } from "./slow-reading.ts";

globalThis.addEventListener("message", ({ data }: MessageEvent<ReadSlowly>) => void read(data));

async function read({ url, topic, latest, workMs, seconds }: ReadSlowly): Promise<void> {
  const consumer = new DataQueueConsumer(websocket(url), { topics: topic, latest, from: { last: 1 } });
  const ages: number[] = [];
  let skipped = 0;
  const end = performance.now() + seconds * 1_000;
  for await (const message of consumer) {
    for (const busy = performance.now() + workMs; performance.now() < busy;);
    ages.push(Date.now() - message.timestamp);
    skipped += message.skipped ?? 0;
    if (performance.now() > end) break;
  }
  await consumer.close();
  globalThis.postMessage({ ages, skipped } satisfies SlowResult, { transfer: [] });
}
