import { readdirSync, writeFileSync } from "node:fs";

import { readArguments, usage } from "./arguments.ts";
import { pageOf } from "./page.ts";
import { writeScores } from "./scores.ts";
import { tryPackage } from "./try-package.ts";
import { equivalentsOf, scoreOf, verdictOf } from "./verdict.ts";

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

const asked = readArguments(process.argv.slice(2));
if (typeof asked === "string") refuse(`${asked}\n\n${usage}`);
const { files, before } = asked;
if (asked.help) {
  console.log(usage);
  process.exit(0);
}

process.chdir(`${import.meta.dirname}/../../..`);
const isWanted = (file: string): boolean => files.length === 0 || files.some((one) => file.endsWith(one));
for (const [name] of asked.tried) {
  const found = readdirSync(`packages/${name}/src`, { encoding: "utf8", recursive: true });
  // Stryker would try nothing, and nothing would be left unnoticed.
  if (!found.some(isWanted)) refuse(`packages/${name}/src has no file ${files.join(", ")}`);
}
for (const [name, tried] of asked.tried) {
  const verdict = verdictOf(name, await tryPackage(name, tried, asked), equivalentsOf(name));
  const counts = verdict.counts.filter(({ file }) => isWanted(file));
  for (const { file, at, line, mutator, original, replacement } of verdict.survivors) {
    if (isWanted(file)) console.log(`\n${file}:${at} ${mutator}\n    ${line}\n  - ${original}\n  + ${replacement}`);
  }
  for (const { file, line, replacement } of verdict.stale) {
    if (isWanted(file)) console.log(`\nThis explanation is of no change any more: ${file}: ${line} → ${replacement}`);
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
  console.log();
  for (const count of counts) console.log(`${scoreOf([count]).toFixed(1).padStart(6)} % ${count.file}`);
  const what = files.length === 0 ? name : `${files.join(", ")} of ${name}`;
  console.log(`\n${what}: ${scoreOf(counts).toFixed(1)} % noticed, goal ${tried.goal} %`);
  if (files.length > 0) continue;
  writeScores(name, before ? "before" : "after", counts);
  if (!before) writeFileSync(`${import.meta.dirname}/../results/${name}.md`, pageOf(name, tried, verdict));
  if (scoreOf(counts) < tried.goal || verdict.stale.length > 0) process.exitCode = 1;
}
