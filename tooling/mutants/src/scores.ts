import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { packages } from "./packages.ts";
import { scoreOf } from "./verdict.ts";
import type { Count } from "./verdict.ts";

interface Score {
  /** How many changes could be noticed. */
  readonly changes: number;
  /** The percentage that was. */
  readonly score: number;
}

/** The score of a package with the tests of before this command, and with those of now. */
interface Scores {
  readonly before?: Score;
  readonly after?: Score;
}

const results = `${import.meta.dirname}/../results`;

/** Keeps the score of a package, and the table of all of them. */
export function writeScores(name: string, when: keyof Scores, counts: readonly Count[]): void {
  const changes = counts.reduce((sum, { killed, timeout, survived }) => sum + killed + timeout + survived, 0);
  const score = Math.round(10 * scoreOf(counts)) / 10;
  const scores: Scores = { ...scoresOf(name), [when]: { changes, score } };
  writeFileSync(`${results}/${name}.json`, `${JSON.stringify(scores, null, 2)}\n`);
  writeFileSync(`${results}/README.md`, page());
}

function scoresOf(name: string): Scores {
  const file = `${results}/${name}.json`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Scores) : {};
}

function page(): string {
  const cells = (one: Score | undefined): string =>
    one === undefined ? "| " : `${one.score.toFixed(1)} | ${one.changes}`;
  const rows = Object.entries(packages).map(([name, { goal }]) => {
    const { before, after } = scoresOf(name);
    const named = existsSync(`${results}/${name}.md`) ? `[${name}](${name}.md)` : name;
    return `| ${named} | ${goal} | ${cells(before)} | ${cells(after)} |`;
  });
  return `# How much the tests notice

Percentage of the changes that a test notices, and how many changes could be noticed. Before: with the tests of commit 5915498,
where nothing was known to change nothing; of arrays, codec-msgpack-numpy and codec-xarray by a runner in one process over
Stryker's own changes. A page says so where a run was stopped before its end.

| package | goal | before | changes | now | changes |
| --- | ---: | ---: | ---: | ---: | ---: |
${rows.join("\n")}
`;
}
