import { mkdirSync, rmSync } from "node:fs";

import { prepare } from "@dataqueues/tooling-machine";

import { runStep } from "./step.ts";
import type { Step } from "./step.ts";
import { totalsOf } from "./totals.ts";

function vitest(project: string): Step {
  const report = `reports/${project}.json`;
  return {
    name: `${project} tests`,
    command: [
      "vitest",
      "run",
      `--project=${project}`,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ],
    report,
  };
}

/** The whole gate, quick checks first. The projects of tests run one after the other: two cores are too few for more. */
const steps: readonly Step[] = [
  { name: "format", command: ["oxfmt", "--check"] },
  { name: "build", command: ["turbo", "run", "build"] },
  // The linter reads the types of other packages from the build.
  { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings"] },
  { name: "types of tests", command: ["tsc", "-p", "tsconfig.tests.json"] },
  // Fails on an export without documentation.
  { name: "API documents", command: ["typedoc", "--options", "tooling/api-docs/typedoc.json"] },
  { name: "boundaries", command: ["turbo", "boundaries"] },
  vitest("unit"),
  vitest("packaging"),
  vitest("broker"),
];

rmSync("reports", { recursive: true, force: true });
mkdirSync("reports");
process.env["TURBO_TELEMETRY_DISABLED"] = "1";

const missing = prepare();
if (missing.length > 0) console.warn(`\n${missing.join("\n")}\n`);

const lines: string[] = [];
let [passed, failed, skipped] = [0, 0, 0];
for (const step of steps) {
  console.log(`\n=== ${step.name}: ${step.command.join(" ")}`);
  const started = performance.now();
  const exitCode = await runStep(step);
  const totals = totalsOf(step.report, exitCode);
  passed += totals.passed;
  failed += totals.failed;
  skipped += totals.skipped;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  lines.push(
    `${step.name.padEnd(16)} ${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped  ${seconds} s`,
  );
}

lines.push(...missing);
// Without Java the broker's tests are skipped. On CI nothing may be skipped.
if (process.env["CI"] === "true" && skipped > 0) {
  lines.push(`${skipped} skipped: on CI a skipped test is a failure`);
  failed += 1;
}
console.log(`\n${lines.join("\n")}\n`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed === 0 ? 0 : 1;
