/**
 * Viewers of a gateway in a process of their own: `viewers-main.ts OPTIONS`. Prints a line when all read and the time that
 * counts begins, and what they found at the end.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { quantile } from "../timing.ts";
import { HostileViewer, StoppedViewer } from "./bad-viewers.ts";
import { RawViewer } from "./raw-viewer.ts";
import type { ViewersOptions, ViewersResult } from "./viewers.ts";

const { port, topics, viewers: count, bad, warmUpMs, measuredMs }: ViewersOptions = JSON.parse(process.argv[2] ?? "{}");

const viewers: RawViewer[] = [];
while (viewers.length < count) viewers.push(await RawViewer.open(port, topics));
const [stopped, hostile] = [new StoppedViewer(), new HostileViewer()];
if (bad) for (const one of [stopped, hostile]) void one.run(port, topics);
await sleep(warmUpMs);

for (const viewer of viewers) viewer.findings = { ages: [], bytes: 0, gaps: 0 };
hostile.answers = 0;
const began = performance.now();
console.log("measuring");
await sleep(measuredMs);
const seconds = (performance.now() - began) / 1_000;
const all = viewers.map(({ findings }) => findings);
for (const viewer of [...viewers, stopped, hostile]) viewer.close();

const ages = all.flatMap((one) => one.ages);
const sum = (of: (one: (typeof all)[number]) => number): number => all.reduce((total, one) => total + of(one), 0);
const result: ViewersResult = {
  seconds,
  megabytesPerSecond: sum(({ bytes }) => bytes) / seconds / 1e6,
  fewestRecords: Math.min(...all.map((one) => one.ages.length)),
  gaps: sum(({ gaps }) => gaps),
  ages: [quantile(ages, 0.5), quantile(ages, 0.95), Math.max(...ages)],
  hostileAnswersPerSecond: hostile.answers / seconds,
};
console.log(JSON.stringify(result));
