import { existsSync, readFileSync } from "node:fs";

import type { Mutant, Report } from "./try-package.ts";

/** A change that no test notices, identified by text, so that it is found again when lines move. */
export interface Survivor {
  /** The path of the file within the package's `src`. */
  readonly file: string;
  /** The line on which the change begins, without its indentation. */
  readonly line: string;
  readonly mutator: string;
  readonly replacement: string;
}

/** A survivor that no test can notice because the code does the same with it, and why. */
export interface Equivalent extends Survivor {
  readonly why: string;
}

/** The results of the changes in one file. */
export interface Count {
  readonly file: string;
  killed: number;
  /** Noticed by a timeout: an endless loop, or a promise that never settles. */
  timeout: number;
  equivalent: number;
  survived: number;
}

/** The result for a package. */
export interface Verdict {
  readonly counts: readonly Count[];
  readonly survivors: readonly (Survivor & { readonly at: string; readonly original: string })[];
  readonly explained: readonly Equivalent[];
  /** Explanations whose change does not exist any more, or which a test notices now. */
  readonly stale: readonly Equivalent[];
}

const noticed: ReadonlySet<string> = new Set(["Killed", "Timeout"]);
const unnoticed: ReadonlySet<string> = new Set(["Survived", "NoCoverage"]);

/** Evaluates a report of Stryker. Changes that are known to have no effect do not count. */
export function verdictOf(name: string, report: Report, equivalents: readonly Equivalent[]): Verdict {
  const counts: Count[] = [];
  const survivors: (Survivor & { readonly at: string; readonly original: string })[] = [];
  const explained = new Set<Equivalent>();
  for (const [path, { source, mutants }] of Object.entries(report.files)) {
    const file = path.slice(`packages/${name}/src/`.length);
    const count: Count = { file, killed: 0, timeout: 0, equivalent: 0, survived: 0 };
    for (const mutant of mutants) {
      if (mutant.status === "Killed") count.killed += 1;
      if (mutant.status === "Timeout") count.timeout += 1;
      if (!unnoticed.has(mutant.status)) continue;
      const survivor = survivorOf(file, source, mutant);
      const known = equivalents.find((equivalent) => isSame(equivalent, survivor));
      if (known === undefined) survivors.push(survivor);
      else explained.add(known);
      count[known === undefined ? "survived" : "equivalent"] += 1;
    }
    if (mutants.some(({ status }) => noticed.has(status) || unnoticed.has(status))) counts.push(count);
  }
  const stale = equivalents.filter((equivalent) => !explained.has(equivalent));
  return { counts, survivors, explained: [...explained], stale };
}

/** The percentage of noticed changes among those that have an effect. */
export function scoreOf(counts: readonly Count[]): number {
  const sum = (of: (count: Count) => number): number => counts.reduce((all, count) => all + of(count), 0);
  const killed = sum(({ killed, timeout }) => killed + timeout);
  const all = killed + sum(({ survived }) => survived);
  return all === 0 ? 100 : (100 * killed) / all;
}

/** The changes of a package that are known to have no effect. */
export function equivalentsOf(name: string): Equivalent[] {
  const path = `${import.meta.dirname}/../equivalents/${name}.json`;
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Equivalent[]) : [];
}

function survivorOf(file: string, source: string, mutant: Mutant): Survivor & { at: string; original: string } {
  const { start, end } = mutant.location;
  const lines = source.split("\n");
  const line = lines[start.line - 1] ?? "";
  const original =
    end.line === start.line ? line.slice(start.column - 1, end.column - 1) : line.slice(start.column - 1);
  const { mutatorName: mutator, replacement = "" } = mutant;
  return { file, line: line.trim(), mutator, replacement, original, at: `${start.line}:${start.column}` };
}

function isSame(one: Survivor, other: Survivor): boolean {
  return (
    one.file === other.file &&
    one.line === other.line &&
    one.mutator === other.mutator &&
    one.replacement === other.replacement
  );
}
