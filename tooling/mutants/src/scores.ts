import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { packages } from "./packages.ts";
import { scoreOf } from "./verdict.ts";
import type { Count } from "./verdict.ts";

interface Score {
  /** The number of changes that have an effect. */
  readonly changes: number;
  /** The percentage of them that a test noticed. */
  readonly score: number;
}

/** The score of a package with the tests from before this command existed, and with the current ones. */
interface Scores {
  readonly before?: Score;
  readonly after?: Score;
}

const results = `${import.meta.dirname}/../results`;

/** Writes the score of a package and the table of all packages. */
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
  const cells = (score: Score | undefined): string =>
    score === undefined ? "| " : `${score.score.toFixed(1)} | ${score.changes}`;
  const rows = Object.entries(packages).map(([name, { goal }]) => {
    const { before, after } = scoresOf(name);
    const link = existsSync(`${results}/${name}.md`) ? `[${name}](${name}.md)` : name;
    return `| ${link} | ${goal} | ${cells(before)} | ${cells(after)} |`;
  });
  return `# Scores of the mutation tests

The percentage of changes that a test notices, and the number of changes that have an effect. "Before" is the score of the
tests of commit 5915498, when no changes were known to have no effect. For arrays, codec-msgpack-numpy and codec-xarray, a
runner in one process applied Stryker's changes. If a run was stopped before its end, its page says so.

| package | goal | before | changes | now | changes |
| --- | ---: | ---: | ---: | ---: | ---: |
${rows.join("\n")}
`;
}
