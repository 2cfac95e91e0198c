import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { pageOf } from "./page.ts";
import { packages } from "./packages.ts";
import { writeScores } from "./scores.ts";
import { tryPackage } from "./try-package.ts";
import { equivalentsOf, scoreOf, verdictOf } from "./verdict.ts";

const usage = `pnpm mutants [package…] [--files batch.ts,wait.ts] [--concurrency 2] [--fresh]

Changes the code in one place after the other and tells which changes no test notices. Packages: ${Object.keys(packages).join(", ")}.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: "string", default: "" },
    concurrency: { type: "string", default: "2" },
    fresh: { type: "boolean", default: false },
    /** Keeps the scores as those of before. */
    before: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const names = positionals.length > 0 ? positionals : Object.keys(packages);
const unknown = names.filter((name) => packages[name] === undefined);
if (values.help || unknown.length > 0) {
  console.log(unknown.length > 0 ? `No such package: ${unknown.join(", ")}\n\n${usage}` : usage);
  process.exit(values.help ? 0 : 2);
}

process.chdir(`${import.meta.dirname}/../../..`);
const files = values.files.split(",").filter((file) => file !== "");
for (const name of names) {
  const tried = packages[name];
  if (tried === undefined) continue;
  const concurrency = Number(values.concurrency);
  const report = await tryPackage(name, tried, { files, concurrency, fresh: values.fresh });
  const verdict = verdictOf(name, report, equivalentsOf(name));
  const wanted = ({ file }: { readonly file: string }): boolean =>
    files.length === 0 || files.some((one) => file.endsWith(one));
  for (const { file, at, line, mutator, original, replacement } of verdict.survivors.filter(wanted)) {
    console.log(`\n${file}:${at} ${mutator}\n    ${line}\n  - ${original}\n  + ${replacement}`);
  }
  for (const { file, line, replacement } of verdict.stale.filter(wanted)) {
    console.log(`\nThis explanation is of no change any more: ${file}: ${line} → ${replacement}`);
  }
  // In the form of an explanation, to be completed by its reason.
  const open = verdict.survivors.map(({ file, line, mutator, replacement }) => ({
    file,
    line,
    mutator,
    replacement,
    why: "",
  }));
  writeFileSync(`reports/mutants/${name}.open.json`, `${JSON.stringify(open, null, 2)}\n`);
  for (const count of verdict.counts.filter(wanted))
    console.log(`${scoreOf([count]).toFixed(1).padStart(6)} % ${count.file}`);
  console.log(`\n${name}: ${scoreOf(verdict.counts).toFixed(1)} % noticed, goal ${tried.goal} %`);
  if (files.length > 0) continue;
  writeScores(name, values.before ? "before" : "after", verdict.counts);
  if (!values.before) writeFileSync(`${import.meta.dirname}/../results/${name}.md`, pageOf(name, tried, verdict));
  if (scoreOf(verdict.counts) < tried.goal || verdict.stale.length > 0) process.exitCode = 1;
}
