import { parseArgs } from "node:util";

import { allFaults } from "./all-faults.ts";
import type { FaultRow } from "./fault.ts";
import { whyImpossible } from "./impossible-faults.ts";
import { inProcessFaults } from "./in-process/in-process-faults.ts";
import { kafkaUnderTest } from "./kafka-under-test.ts";
import { putFigures } from "./reliability-page.ts";
import { report, table } from "./report.ts";
import { keepRun, lastRun, runOf, writeResult } from "./results.ts";
import { runFault } from "./run-fault.ts";
import { SharedNodes } from "./shared-nodes.ts";
import { brokenOn, keepOutcomes, outcomeOf } from "./versions-report.ts";

const { values } = parseArgs({
  options: {
    "api-versions": { type: "string" },
    kafka: { type: "string" },
    gate: { type: "boolean", default: false },
    long: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
    seed: { type: "string", default: "1" },
  },
});
const kafka = kafkaUnderTest(values.kafka, values["api-versions"]);
/** Whether another Kafka than that of the report is tried. */
const elsewhere = kafka.version !== undefined || kafka.apiVersions !== undefined;
const seed = Number(values.seed);
const longer = values.long ? "long" : "usual";
const form = values.gate ? "gate" : longer;
// What is done to the log in this process knows no Kafka.
const candidates = elsewhere ? allFaults.filter((fault) => !inProcessFaults.includes(fault)) : allFaults;
const chosen = candidates.filter(
  ({ name, cycles }) => cycles[form] > 0 && (values.only === undefined || values.only.includes(name)),
);
if (chosen.length === 0) {
  const names = allFaults.map(({ name }) => name).join(", ");
  throw new Error(`no fault is called ${values.only?.join(", ")}; there are ${names}`);
}

const rows: FaultRow[] = [];
{
  await using nodes = new SharedNodes(kafka);
  for (const fault of chosen) {
    const impossible = whyImpossible(fault.name, kafka);
    if (impossible !== undefined) {
      await keepOutcomes(kafka, { [fault.name]: `not possible: ${impossible}` });
      continue;
    }
    console.log(`${new Date().toISOString().slice(11, 19)} ${fault.name}, seed ${seed}`);
    const started = performance.now();
    const row = await runFault(fault, { form, seed, nodes });
    rows.push(row);
    console.log(`  ${row.notes.join(", ")}`);
    for (const what of brokenOn(kafka, row)) console.error(`  BROKEN: ${what}`);
    if (elsewhere) await keepOutcomes(kafka, { [fault.name]: outcomeOf(kafka, row) });
    else if (form !== "gate") await keepRun(runOf(row, form, seed, started));
  }
}
console.log(`\n${table(rows)}\n`);

process.exitCode = rows.some((row) => brokenOn(kafka, row).length > 0) ? 1 : 0;
if (elsewhere) process.exit();

const runs = await Promise.all(allFaults.map(({ name }) => lastRun(name)));
const known = runs.filter((run) => run !== undefined);
await writeResult("report.md", report(known));
await putFigures(table(known.map(({ row }) => row)));
