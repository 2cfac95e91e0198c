/** What a gateway takes for many viewers of the same metrics, 1.05 MB/s each. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { startKafka } from "@dataqueues/tooling-kafka";
import { DataQueueAdmin } from "dataqueues";

import { processUsage } from "./gateway/process-usage.ts";
import type { ProcessUsage } from "./gateway/process-usage.ts";
import { startProgram } from "./gateway/start-program.ts";
import { runViewers } from "./gateway/viewers.ts";
import { date, formatNumber, processor, writeReport } from "./report.ts";

/** Hundreds of viewers come from one address here. */
const limits = JSON.stringify({ viewersPerAddress: 1_000 });
const warmUpMs = 5_000;
const measuredMs = 20_000;
/** Long enough that a viewer which gives no sign of life is cut: after two heartbeats. */
const measuredMsWithBad = 40_000;
const allViewers = "1,10,100,300";

const { values: options } = parseArgs({ options: { viewers: { type: "string", default: allViewers } } });

await using kafka = await startKafka();
const [server = ""] = kafka.bootstrapServers;
await using admin = new DataQueueAdmin(server);
const topics = ["metrics-amplitude-01", "metrics-phase-01"] as const;
await admin.createTopics(topics);
const script = join(import.meta.dirname, "gateway/steady-metrics.ts");
const sender = spawn(process.execPath, ["--conditions=@dataqueues/source", script, server, ...topics], {
  stdio: "inherit",
});
await sleep(5_000);

/** A row of the table, from a gateway that was started for it. */
async function measure(viewers: number, bad = false): Promise<string> {
  await using gateway = await startProgram("gateway/gateway-main.ts", [server, limits, ...topics]);
  const before: Promise<ProcessUsage>[] = [];
  const ms = bad ? measuredMsWithBad : measuredMs;
  const found = await runViewers({ port: gateway.port, topics, viewers, bad, warmUpMs, measuredMs: ms }, () =>
    before.push(processUsage(gateway.pid)),
  );
  const [start, end] = [await before[0], await processUsage(gateway.pid)];
  if (start === undefined) throw new Error("the viewers did not say when they began");
  const expected = (2 * ms) / 1_000 - 4;
  if (found.gaps > 0 || found.fewestRecords < expected) {
    throw new Error(`a viewer missed records: ${JSON.stringify(found)}`);
  }
  const cpuMs = (end.cpuMs - start.cpuMs) / found.seconds;
  const upstream = (end.readBytes - start.readBytes) / found.seconds / 1e6;
  const cells = [
    `${viewers}${bad ? ", one stopped and one hostile beside" : ""}`,
    formatNumber(found.megabytesPerSecond),
    formatNumber(cpuMs),
    formatNumber(cpuMs / viewers),
    formatNumber(upstream),
    found.ages.map(formatNumber).join(" / "),
    `${formatNumber(end.megabytes)} (${formatNumber(end.peakMegabytes)})`,
  ];
  console.log(cells.join(" | "));
  if (bad) {
    const answers = formatNumber(found.hostileAnswersPerSecond);
    notes.push(`The hostile viewer got ${answers} answers a second.`);
  }
  return `| ${cells.join(" | ")} |`;
}

const notes: string[] = [];
const rows: string[] = [];
for (const viewers of options.viewers.split(",")) rows.push(await measure(Number(viewers)));
rows.push(await measure(100, true));
sender.kill();

const report = `# A gateway with many viewers

${date}, ${processor(", which broker, sender, gateway and viewers share")}, Node ${process.version}, Apache Kafka ${kafka.version}.
Amplitudes (\`<f8\`) and phases (\`<f4\`) of 84 rows of 1,024 channels each second, 1.05 MB/s for each viewer, over ${measuredMs / 1_000} s. The
gateway is a process of its own, started anew for each row, with default settings but for the number of viewers of one address; the
viewers are another process that looks at headers only. Processor time and memory are those of the gateway's process, from
\`/proc\`; what Kafka sends is what that process read, from all its sockets. The age is from \`send\` to the last byte at the viewer: with many viewers,
much of it is the time that one process takes to receive for all of them. Run it with
\`node --conditions=@dataqueues/source tooling/bench/src/gateway-viewers.ts\`.

| viewers | sent (MB/s) | processor time (ms a second) | for each viewer | read from Kafka (MB/s) | age: median / 95 % / longest (ms) | memory, and the most (MB) |
|---|---|---|---|---|---|---|
${rows.join("\n")}

No viewer had a gap. The stopped viewer asks for four fetches and reads nothing; the hostile one asks for the same old records
as fast as it is answered, four fetches at a time. ${notes.join(" ")}
`;
console.log(`\n${report}`);
if (options.viewers === allViewers) await writeReport("gateway", report);
