import { DataQueueAdmin } from "dataqueues";
import type { KafkaHost } from "dataqueues";

import { metricTopics } from "../topics.ts";
import { waitUntil } from "../wait-until.ts";

/** What is kept, and until when. */
export interface RetentionOptions {
  /** The end of topics' names: "01". */
  readonly subarray: string;
  /** How many of the newest records of each partition are kept of the large metrics: 10 by default. */
  readonly large?: number | undefined;
  /** The same of all others: 600 by default, ten minutes of spectra. */
  readonly small?: number | undefined;
  /** How often older ones are deleted: every 10,000 ms by default. */
  readonly everyMs?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Keeps the memory of an embedded queue small: deletes all but the newest records, until the signal aborts.
 *
 * @throws DataQueueError when the log refuses
 */
export async function keepNewestRecords(host: KafkaHost, options: RetentionOptions): Promise<void> {
  const { subarray, large = 10, small = 600, everyMs = 10_000, signal } = options;
  const { amplitude, phase, ...others } = metricTopics(subarray);
  const largeTopics = [amplitude, phase];
  await using admin = new DataQueueAdmin(host);
  while (!signal.aborted) {
    const ends = await admin.listOffsets([...largeTopics, ...Object.values<string>(others)], "latest");
    const deletions = ends.flatMap(({ topic, partition, offset }) => {
      const before = offset - BigInt(largeTopics.includes(topic) ? large : small);
      return before > 0n ? [[topic, partition, before] as const] : [];
    });
    if (deletions.length > 0) await admin.deleteRecords(deletions);
    await waitUntil(Date.now() + everyMs, signal);
  }
}
