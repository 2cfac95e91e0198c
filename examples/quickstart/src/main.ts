import { parseArgs } from "node:util";

import { NdArray, RecordArray } from "@dataqueues/arrays";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, Encoding, memory } from "dataqueues";
import type { Codec } from "dataqueues";

import { pointingOffsets, spectrumMetrics } from "./payloads.ts";

const { values: options } = parseArgs({ options: { kafka: { type: "string" } } });
const host = options.kafka ?? memory();
console.log(`Queue: ${options.kafka ?? "a partitioned log in this process (--kafka HOST for a real Apache Kafka)"}\n`);

const run = options.kafka === undefined ? "" : `-${Date.now()}`;
const [notes, state, pointing, spectrum] = ["notes", "receive-state", "pointing-offset", "metrics-spectrum-01"].map(
  (name) => name + run,
) as [string, string, string, string];
const encodings = new Map<string, Codec>([
  [notes, Encoding.UTF8],
  [state, Encoding.JSON],
  [pointing, Encoding.MSGPACK_NUMPY],
  [spectrum, Encoding.MSGPACK_NUMPY],
]);

console.log("1. Topics, with the partitions that they must have at least");
await using admin = new DataQueueAdmin(host);
for (const { topic, outcome, partitions } of await admin.createTopics([notes, state, pointing, [spectrum, 6]])) {
  console.log(`   ${topic}: ${outcome}, ${partitions} partition${partitions === 1 ? "" : "s"}`);
}

console.log("\n2. Messages go on the queue");
await using producer = new DataQueueProducer(host);
async function send(topic: string, value: unknown, what: string, partition?: number): Promise<void> {
  const encoding = encodings.get(topic) ?? Encoding.UTF8;
  const place = await producer.send(value, { topic, encoding, partition });
  console.log(`   ${what} -> ${topic}[${place.partition}] offset ${place.offset}, as ${encoding.name}`);
}
await send(notes, "Scan 9 started, 4 antennas on source ☆", "a text");
await send(state, { state: "scanning", scan_id: 9, subarray_id: "01" }, "a JSON object");
await send(pointing, pointingOffsets(), "pointing offsets of 4 antennas, a structured array");
await send(spectrum, spectrumMetrics(), "a spectrum, averaged", 0);
await send(spectrum, spectrumMetrics(), "the same in full resolution, a window of its own", 1);

/** What a message holds, in a line. */
function describe(value: unknown): string {
  if (value instanceof RecordArray) {
    const offsets = value.column("xel_offset");
    return `${value.size} rows of ${value.itemsize} bytes; xel_offset of ${String(value.column("antenna_name"))} is ${String(offsets)}`;
  }
  if (typeof value === "object" && value !== null && "data" in value && Array.isArray(value.data)) {
    const entries: readonly unknown[] = value.data;
    const powers = entries.flatMap((entry) =>
      typeof entry === "object" && entry !== null && "power" in entry && entry.power instanceof NdArray
        ? [entry.power]
        : [],
    );
    return `metrics with ${powers.length} polarisations; the first: ${String(powers[0])}`;
  }
  return JSON.stringify(value);
}

console.log("\n3. They are streamed back, first two topics, then another two, then one exact partition");
await using consumer = new DataQueueConsumer(host, { topics: [notes, state] });
let count = 0;
for await (const { topic, partition, offset, value } of consumer) {
  const decoded: unknown = value === null ? null : await encodings.get(topic)?.decode(value);
  console.log(`   ${topic}[${partition}] offset ${offset}: ${describe(decoded)}`);
  count += 1;
  if (count === 2) {
    console.log("   -- updateTopics, while streaming: now the numpy topics");
    await consumer.updateTopics([pointing, spectrum]);
  }
  if (count === 5) {
    console.log("   -- assignTopics, while streaming: now only the full-resolution window, partition 1");
    await consumer.assignTopics([[spectrum, 1]]);
    await send(spectrum, spectrumMetrics(), "another averaged one, which nobody reads now", 0);
    await send(spectrum, spectrumMetrics(), "another in full resolution", 1);
  }
  if (count === 6) break;
}
console.log("\nDone: 6 messages read, none lost, none twice.");
