import { parseArgs } from "node:util";

import { allNemeses, kafkaNemeses } from "./all-nemeses.ts";
import { kafkaUnderTest, whyImpossible } from "./kafka-under-test.ts";
import type { NemesisResult } from "./nemesis.ts";
import { groupTable, putFigures, report, table } from "./report.ts";
import { keepResult, readResults, runOf, writeResult } from "./results.ts";
import type { Run } from "./results.ts";
import { runNemesis } from "./nemesis.ts";
import { SharedNodes } from "./shared-nodes.ts";
import { brokenOn, keepOutcomes, outcomeOf } from "./versions-report.ts";

const runsFile = "runs.jsonl";

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
/** Whether this is another Kafka than the one of the report. */
const isOther = kafka.version !== undefined || kafka.apiVersions !== undefined;
const seed = Number(values.seed);
const longer = values.long ? "long" : "usual";
const form = values.gate ? "gate" : longer;
const candidates = isOther ? kafkaNemeses : allNemeses;
const chosen = candidates.filter(
  ({ name, cycles }) => cycles[form] > 0 && (values.only === undefined || values.only.includes(name)),
);
if (chosen.length === 0) {
  const names = candidates.map(({ name }) => name).join(", ");
  throw new Error(`no nemesis is called ${values.only?.join(", ")}; there are ${names}`);
}

const results: NemesisResult[] = [];
{
  await using nodes = new SharedNodes(kafka);
  for (const nemesis of chosen) {
    const impossible = whyImpossible(nemesis.name, kafka);
    if (impossible !== undefined) {
      await keepOutcomes(kafka, { [nemesis.name]: `not possible: ${impossible}` });
      continue;
    }
    console.log(`${new Date().toISOString().slice(11, 19)} ${nemesis.name}, seed ${seed}`);
    const started = performance.now();
    const result = await runNemesis(nemesis, { form, seed, nodes });
    results.push(result);
    console.log(`  ${result.notes.join(", ")}`);
    for (const what of brokenOn(kafka, result)) console.error(`  BROKEN: ${what}`);
    if (isOther) await keepOutcomes(kafka, { [nemesis.name]: outcomeOf(kafka, result) });
    else if (form !== "gate")
      await keepResult<Run>(runsFile, runOf(result, form, seed, started), (run) => run.result.nemesis);
  }
}
console.log(`\n${table(results)}\n\n${groupTable(results)}\n`);

process.exitCode = results.some((result) => brokenOn(kafka, result).length > 0) ? 1 : 0;
if (isOther) process.exit();

const kept = await readResults<Run>(runsFile);
const runs = allNemeses.flatMap(({ name }) => kept.find((run) => run.result.nemesis === name) ?? []);
await writeResult("report.md", report(runs));
await putFigures(runs.map(({ result }) => result));
