/** What amplitudes cost in a page: ours in a Worker beside what the present display does. */
import { parseArgs } from "node:util";

import { findChromium } from "@dataqueues/tooling-machine";
import { startKafka } from "@dataqueues/tooling-kafka";
import { DataQueueAdmin, DataQueueProducer } from "dataqueues";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

import type { ReadAmplitudes, ReadResult } from "./browser/amplitudes.ts";
import { decodeForms } from "./browser/decode-times.ts";
import type { DecodeTimes } from "./browser/decode-times.ts";
import { measureDisplay } from "./browser/display.ts";
import { serveBundles } from "./browser/serve-bundles.ts";
import type { ReadSlowly, SlowResult } from "./browser/slow-reading.ts";
import { threadTimes } from "./browser/thread-times.ts";
import { amplitudePayloads } from "./gateway/amplitude-payloads.ts";
import { startProgram } from "./gateway/start-program.ts";
import { SteadySender } from "./groups/steady-sender.ts";
import { date, formatNumber, processor, writeReport } from "./report.ts";
import { median, quantile } from "./timing.ts";

/** By default a viewer gets 32 MiB a second of old records: here it gets what it can take. */
const limits = JSON.stringify({ bytesPerSecond: 1e12, oldBytesPerSecond: 1e12, requestsPerSecond: 1e6 });
const messages = 300;
const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    /** Something to say about the machine, such as what else runs on it. */
    note: { type: "string", default: "" },
  },
});
const rounds = Number(options.rounds);

const executablePath = findChromium();
if (executablePath === undefined) throw new Error("Chromium is missing");
await using kafka = await startKafka();
const [server = ""] = kafka.bootstrapServers;
await using admin = new DataQueueAdmin(server);
await admin.createTopics(["f8", "f4", "lists", "steady"]);
await using producer = new DataQueueProducer(server);
const payloads = {
  f8: await amplitudePayloads(10, "<f8"),
  f4: await amplitudePayloads(10, "<f4"),
  lists: await amplitudePayloads(10, "lists"),
};
for (let sent = 0; sent < messages; sent += 1) {
  for (const topic of ["f8", "f4", "lists"] as const)
    await producer.send(payloads[topic][sent % 10] ?? null, { topic });
}
await using gateway = await startProgram("gateway/gateway-main.ts", [server, limits, "f8", "f4", "lists", "steady"]);
await using relay = await startProgram("browser/relay-main.ts", [server]);
const files = new Map(
  Object.entries(payloads).flatMap(([name, list]) => list.map((bytes, at) => [`${name}-${at}`, bytes] as const)),
);
await using pages = await serveBundles(files);
const browser: Browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const gatewayUrl = `ws://127.0.0.1:${gateway.port}`;
const relayUrl = `ws://127.0.0.1:${relay.port}`;

/** Figures of one way to read all messages. */
interface Rate {
  readonly messagesPerSecond: number;
  /** Processor time for each message, in milliseconds. */
  readonly page: number;
  readonly workers: number;
}

/** Lets the page `name` read all messages of a topic. What it costs to load the page does not count. */
async function readAll(name: string, url: string, topic: string, rows?: ReadAmplitudes["rows"]): Promise<Rate> {
  const page = await browser.newPage();
  await page.goto(pages.page(name));
  await page.waitForFunction("globalThis.readAmplitudes !== undefined");
  const before = await threadTimes(browser);
  const reading: ReadAmplitudes = { url, topic, count: messages, rows };
  const found = await page.evaluate<ReadResult>(`readAmplitudes(${JSON.stringify(reading)})`);
  const after = await threadTimes(browser);
  if (!Number.isFinite(found.sum)) throw new Error("a value is missing");
  await page.close();
  return {
    messagesPerSecond: (found.messages / found.ms) * 1_000,
    page: (after.pages - before.pages) / messages,
    workers: (after.workers - before.workers) / messages,
  };
}

const ways: Readonly<Record<string, () => Promise<Rate>>> = {
  "dataqueues in a Worker, `<f8`, what is shown handed over": () => readAll("page-worker", gatewayUrl, "f8", "shown"),
  "the same, all values handed over": () => readAll("page-worker", gatewayUrl, "f8"),
  "the same, `<f4`, all values": () => readAll("page-worker", gatewayUrl, "f4"),
  "a bare WebSocket, @msgpack/msgpack on lists": () => readAll("page-lists", relayUrl, "lists"),
  "dataqueues on the page's thread, @msgpack/msgpack on lists": () =>
    readAll("page-consumer-lists", gatewayUrl, "lists"),
};
const rates = new Map<string, Rate[]>(Object.keys(ways).map((name) => [name, []]));
// The ways take turns, so that a busy moment of the machine meets all of them. The first round does not count.
for (let round = 0; round <= rounds; round += 1) {
  for (const [name, read] of Object.entries(ways)) {
    const rate = await read();
    if (round > 0) rates.get(name)?.push(rate);
    console.log(name, rate);
  }
}
const rateRows = [...rates].map(([name, all]) => {
  const of = (figure: keyof Rate): string => formatNumber(median(all.map((one) => one[figure])));
  return `| ${name} | ${of("messagesPerSecond")} | ${of("page")} | ${of("workers")} |`;
});

const decodeRows: string[] = [];
for (const form of decodeForms) {
  const page = await browser.newPage();
  await page.goto(pages.page("page-decode"));
  await page.waitForFunction("globalThis.decodeTimes !== undefined");
  const times = await page.evaluate<DecodeTimes>(`decodeTimes(${JSON.stringify(form)})`);
  await page.close();
  const [name = "", ...how] = form.split(",");
  const bytes = files.get(`${name}-0`)?.length.toLocaleString("en") ?? "";
  const by = name === "lists" ? "@msgpack/msgpack, lists" : ["codec-msgpack-numpy", ` \`<${name}\``, ...how].join(",");
  decodeRows.push(`| ${by} | ${bytes} | ${formatNumber(times.first)} | ${formatNumber(times.median)} |`);
}

const slowRows: string[] = [];
{
  await using sender = new SteadySender([server], "steady", 1, 20);
  const page = await browser.newPage();
  await page.goto(pages.page("page-slow"));
  await page.waitForFunction("globalThis.readSlowly !== undefined");
  for (const latest of ["partition", undefined] as const) {
    const reading: ReadSlowly = { url: gatewayUrl, topic: "steady", latest, workMs: 1_000, seconds: 15 };
    const { ages, skipped } = await page.evaluate<SlowResult>(`readSlowly(${JSON.stringify(reading)})`);
    const cells = [latest === undefined ? "everything" : "`latest`", String(ages.length), String(skipped)];
    const figures = [quantile(ages, 0.5), quantile(ages, 0.95), Math.max(...ages)].map(formatNumber);
    slowRows.push(`| ${[...cells, ...figures].join(" | ")} |`);
    console.log(slowRows.at(-1), sender.sent);
  }
  await page.close();
}
const display = await measureDisplay(browser);
console.log(display);
const displayRows = [
  ["opened to the first painted spectrum: median, longest (ms)", display.firstPlot.map(formatNumber).join(", ")],
  ["six windows open: frames a second", formatNumber(display.framesPerSecond)],
  ["longest time between two frames (ms)", formatNumber(display.longestFrameMs)],
  ["messages that the page gets (a second)", formatNumber(display.messagesPerSecond)],
  ["page's thread (ms a second)", formatNumber(display.pageMs)],
  ["Worker and the rest (ms a second)", formatNumber(display.workerMs)],
  ["longest lag (ms)", formatNumber(display.lag)],
  [`page's thread ${display.slowdown} times slower: longest lag (ms)`, formatNumber(display.slowLag)],
  ["the same: records that were skipped in 12 s", formatNumber(display.slowSkipped)],
].map((cells) => `| ${cells.join(" | ")} |`);
const version = browser.version();
await browser.close();

const report = `# A page that is shown amplitudes

${date}, ${processor(", which broker, gateway and browser share")}, Chromium ${version} (headless), Node ${process.version}, Apache Kafka
${kafka.version}. An amplitude message has 84 rows (21 baselines, 4 polarisations) of 1,024 channels. Processor time is that of Chromium's threads, from
\`/proc\`. Run it with \`node --conditions=@dataqueues/source tooling/bench/src/browser.ts\`.${options.note === "" ? "" : `\n\n${options.note}`}

## As fast as it goes

${messages} messages; the median of ${rounds} ${rounds === 1 ? "round" : "rounds"} after one that does not count. The bare WebSocket is the present display's way: a relay
pushes the lists of numbers that the telescope's processors write, and the page decodes them. The relay is Node with our consumer, which is faster than the
present one in Python. dataqueues reads through a gateway without limits of bytes a second, 4 MiB at a time
(\`maxBytesPerPartition\`).

| what reads | messages a second | page's thread (ms a message) | Workers and the rest (ms a message) |
|---|---|---|---|
${rateRows.join("\n")}

## Decoding alone

Ten different messages, on the page's thread of a new page for each row; the first call, and the median of 15 rounds after as many that do not count.

| what decodes | bytes | first (ms) | then (ms) |
|---|---|---|---|
${decodeRows.join("\n")}

## A page that is too slow

20 records come a second, and the Worker takes a second for each. The age is after that second of work, over 15 s.

| what is read | shown | skipped | age, median (ms) | 95 % | longest |
|---|---|---|---|---|---|
${slowRows.join("\n")}

## The signal display

Its embedded queue, generator (three metrics on each of six partitions a second, 12 MB) and gateway in one process; the page is 1,600 x 1,000. A lag is the
age of what was delivered last of a spectrum, amplitude or phase.

| what | |
|---|---|
${displayRows.join("\n")}
`;
console.log(`\n${report}`);
await writeReport("browser", report);
