import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { allFaults } from "./all-faults.ts";
import type { FaultRow } from "./fault.ts";
import { report, table } from "./report.ts";
import { runFault, SharedNodes } from "./run-fault.ts";

const { values } = parseArgs({
  options: {
    long: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
    seed: { type: "string", default: "1" },
  },
});
const seed = Number(values.seed);
const chosen = allFaults.filter(({ name }) => values.only === undefined || values.only.includes(name));
if (chosen.length === 0) {
  const names = allFaults.map(({ name }) => name).join(", ");
  throw new Error(`no fault is called ${values.only?.join(", ")}; there are ${names}`);
}

const started = performance.now();
const rows: FaultRow[] = [];
let version = "";
{
  await using nodes = new SharedNodes();
  for (const fault of chosen) {
    console.log(`${fault.name}, seed ${seed}`);
    const row = await runFault(fault, { form: values.long ? "long" : "usual", seed, nodes });
    rows.push(row);
    for (const what of row.broken) console.error(`  BROKEN: ${what}`);
  }
  ({ version } = await nodes.get());
}
console.log(`\n${table(rows)}\n`);

const results = join(import.meta.dirname, "..", "results");
await mkdir(results, { recursive: true });
const command = ["pnpm faults", ...process.argv.slice(2)].join(" ");
const minutes = (performance.now() - started) / 60_000;
const file = values.only === undefined ? "report.md" : `${values.only.join("+")}.md`;
await writeFile(join(results, file), report(rows, { command, seed, kafka: version, minutes }));
process.exitCode = rows.some(({ broken }) => broken.length > 0) ? 1 : 0;
