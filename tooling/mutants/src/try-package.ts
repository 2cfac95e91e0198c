import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

import { Stryker } from "@stryker-mutator/core";

import type { Tried } from "./packages.ts";

/** One change of the code, as Stryker reports it. */
export interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: Position; readonly end: Position };
  readonly status: string;
  readonly statusReason?: string;
  /** Whether it is in code that runs when a module is loaded. */
  readonly static?: boolean;
}

/** A place in a file, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What Stryker reports: each changed file by its path, with its text and its mutants. */
export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

/** How a package is tried. */
export interface TryOptions {
  /** Only files of `src` whose path ends so. */
  readonly files: readonly string[];
  readonly concurrency: number;
  /** Tries everything again, also what no test or code has changed for. */
  readonly fresh: boolean;
}

/**
 * Changes the code of a package in one place after the other and runs the tests that reach it. What was tried before and
 * has not changed since is not tried again.
 */
export async function tryPackage(name: string, tried: Tried, options: TryOptions): Promise<Report> {
  const folder = `packages/${name}`;
  const incrementalFile = `reports/mutants/${name}.json`;
  mkdirSync("reports/mutants", { recursive: true });
  if (options.fresh) rmSync(incrementalFile, { force: true });
  forgetStaticSurvivors(incrementalFile);
  process.env["MUTANTS_TESTS"] = (tried.tests ?? [`${folder}/test/**/*.test.ts`]).join(",");
  const all = [`${folder}/src/**/*.ts`];
  const stryker = new Stryker({
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner", `${import.meta.dirname}/wording.ts`],
    ignorers: ["wording"],
    mutate: options.files.length === 0 ? all : options.files.map((file) => `${folder}/src/**/${file}`),
    coverageAnalysis: "perTest",
    incremental: true,
    incrementalFile,
    concurrency: options.concurrency,
    vitest: { configFile: "tooling/mutants/vitest.config.ts", related: false },
    reporters: ["progress-append-only"],
    tempDirName: "reports/mutants/copies",
    ignorePatterns: ["dist", "/reports", ".turbo", "/tooling/api-docs/site", "/tooling/kafka/jars", ".venv"],
    // TypeScript's own files need no change in the copy; the tests run from source.
    tsconfigFile: "none",
    // A change that makes a loop endless is noticed by the clock.
    timeoutMS: 5_000,
    timeoutFactor: 1,
    // The least score is for us to judge, once what changes nothing is taken out.
    thresholds: { high: 100, low: 0, break: null },
  });
  await stryker.runMutationTest();
  if (!existsSync(incrementalFile)) throw new Error(`${name}: Stryker wrote no ${incrementalFile}`);
  return JSON.parse(readFileSync(incrementalFile, "utf8")) as Report;
}

/** Stryker knows no test that reaches code which runs at load, so it would not try these again when there are new tests. */
function forgetStaticSurvivors(incrementalFile: string): void {
  if (!existsSync(incrementalFile)) return;
  const report = JSON.parse(readFileSync(incrementalFile, "utf8")) as Report;
  const files = Object.entries(report.files).map(([path, file]) => {
    const mutants = file.mutants.filter((mutant) => mutant.static !== true || mutant.status !== "Survived");
    return [path, { ...file, mutants }] as const;
  });
  writeFileSync(incrementalFile, JSON.stringify({ ...report, files: Object.fromEntries(files) }));
}
