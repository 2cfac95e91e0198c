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

const options = readArguments(process.argv.slice(2));
if (typeof options === "string") refuse(`${options}\n\n${usage}`);
const { selected, files, before } = options;
if (options.help) {
  console.log(usage);
  process.exit(0);
}

process.chdir(`${import.meta.dirname}/../../..`);
const isSelected = (file: string): boolean => files.length === 0 || files.some((ending) => file.endsWith(ending));
for (const [name] of selected) {
  const found = readdirSync(`packages/${name}/src`, { encoding: "utf8", recursive: true });
  // Without this check Stryker would try nothing, and the score would be perfect.
  if (!found.some(isSelected)) refuse(`packages/${name}/src has no file ${files.join(", ")}`);
}
for (const [name, tested] of selected) {
  const verdict = verdictOf(name, await tryPackage(name, tested, options), equivalentsOf(name));
  const counts = verdict.counts.filter(({ file }) => isSelected(file));
  for (const { file, at, line, mutator, original, replacement } of verdict.survivors) {
    if (isSelected(file)) console.log(`\n${file}:${at} ${mutator}\n    ${line}\n  - ${original}\n  + ${replacement}`);
  }
  for (const { file, line, replacement } of verdict.stale) {
    if (isSelected(file))
      console.log(`\nThis explanation no longer matches any change: ${file}: ${line} → ${replacement}`);
  }
  // In the form of an explanation; only the reason has to be filled in.
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
  const subject = files.length === 0 ? name : `${files.join(", ")} of ${name}`;
  console.log(`\n${subject}: ${scoreOf(counts).toFixed(1)} % noticed, goal ${tested.goal} %`);
  if (files.length > 0) continue;
  writeScores(name, before ? "before" : "after", counts);
  if (!before) writeFileSync(`${import.meta.dirname}/../results/${name}.md`, pageOf(name, tested, verdict));
  if (scoreOf(counts) < tested.goal || verdict.stale.length > 0) process.exitCode = 1;
}
