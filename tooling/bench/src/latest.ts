/** How old is what a reader is shown that is ten times slower than what arrives. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { startKafka } from "@dataqueues/tooling-kafka";
import { DataQueueAdmin, DataQueueConsumer, Encoding, kafkajs } from "dataqueues";
import type { Codec } from "dataqueues";

import { date, formatNumber, processor, writeReport } from "./report.ts";

const slowMs = 10;
const seconds = 10;

interface Sent {
  readonly number: number;
  readonly sentAt: number;
}

const now = (): number => performance.timeOrigin + performance.now();

/** JSON that takes `slowMs` to decode, as a large array would, and keeps the program busy meanwhile. */
const blocking: Codec<never, Sent> = {
  name: "json, slowly",
  encode: (value) => Encoding.JSON.encode(value),
  decode: (bytes) => {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Sent;
    for (const end = performance.now() + slowMs; performance.now() < end;);
    return value;
  },
};
const quick: Codec<never, Sent> = {
  ...blocking,
  name: "json",
  decode: (bytes) => JSON.parse(new TextDecoder().decode(bytes)) as Sent,
};

await using kafka = await startKafka();
const [server = ""] = kafka.bootstrapServers;
await using admin = new DataQueueAdmin(server);

/** A reader's figures: the ages, in milliseconds, at which records came out of the loop. */
async function ages(topic: string, latest: "partition" | "key", isBlocking: boolean): Promise<string> {
  const found: number[] = [];
  let skippedRecords = 0;
  await using consumer = new DataQueueConsumer(kafkajs(server), {
    topics: topic,
    encoding: isBlocking ? blocking : quick,
    latest,
  });
  const end = now() + seconds * 1_000;
  for await (const { value, skipped = 0 } of consumer) {
    if (value === null) continue;
    found.push(now() - value.sentAt);
    skippedRecords += skipped;
    if (!isBlocking) await sleep(slowMs);
    if (now() > end) break;
  }
  // The history at the beginning is old by itself.
  const sorted = found.slice(10).sort((a, b) => a - b);
  const at = (share: number): string => formatNumber(sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN);
  const how = isBlocking ? `decodes for ${slowMs} ms` : `sleeps ${slowMs} ms after each`;
  console.log(
    `${latest}, ${how}: ${at(0.5)} ${at(0.99)} ${at(1)} ms; shown ${found.length}, skipped ${skippedRecords}`,
  );
  return `| ${latest} | ${how} | ${found.length} | ${skippedRecords} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |`;
}

const rows: string[] = [];
for (const latest of ["partition", "key"] as const) {
  for (const isBlocking of [true, false]) {
    const topic = `steady-${latest}-${isBlocking}`;
    await admin.createTopics([topic]);
    const script = join(import.meta.dirname, "send-steadily.ts");
    const sender = spawn(process.execPath, ["--conditions=@dataqueues/source", script, server, topic], {
      stdio: "inherit",
    });
    await sleep(2_000);
    rows.push(await ages(topic, latest, isBlocking));
    sender.kill();
  }
}

const report = `# How old is what a slow reader is shown

${date}, ${processor(", which broker and sender share")}, Node ${process.version}, Apache Kafka ${kafka.version}. A
process of its own sends 1,000 records a second to one partition, with eight keys; the reader can take 100. The age is from the
call of \`send\` to the loop, with \`latest\`, over ${seconds} s. Run it with
\`node --conditions=@dataqueues/source tooling/bench/src/latest.ts\`.

| latest | the reader | shown | skipped | age, median (ms) | 99 % | longest |
|---|---|---|---|---|---|---|
${rows.join("\n")}

What the reader itself takes is in it once where it decodes: ${slowMs} ms. The rest is one fetch, and sending.
`;
console.log(`\n${report}`);
await writeReport("latest", report);
