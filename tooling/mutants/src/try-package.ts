import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

import { Stryker } from "@stryker-mutator/core";

import type { TestedPackage } from "./packages.ts";

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

/** A place in a file; both numbers start at 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Stryker's report: each changed file by its path, with its source and its mutants. */
export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

/** The options of one run. */
export interface TryOptions {
  /** Only files of `src` whose path ends with one of these. */
  readonly files: readonly string[];
  readonly concurrency: number;
  /** Tries everything again, even if neither code nor tests have changed. */
  readonly fresh: boolean;
}

/**
 * Changes the code of a package in one place after the other and runs the tests that reach it. Skips changes that were
 * tried before if neither code nor tests have changed since.
 */
export async function tryPackage(name: string, tested: TestedPackage, options: TryOptions): Promise<Report> {
  const folder = `packages/${name}`;
  const incrementalFile = `reports/mutants/${name}.json`;
  mkdirSync("reports/mutants", { recursive: true });
  if (options.fresh) rmSync(incrementalFile, { force: true });
  forgetStaticSurvivors(incrementalFile);
  process.env["MUTANTS_TESTS"] = (tested.tests ?? [`${folder}/test/**/*.test.ts`]).join(",");
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
    // The copy needs no changed tsconfig files, because the tests run from source.
    tsconfigFile: "none",
    // The timeout notices a change that makes a loop endless.
    timeoutMS: 5_000,
    timeoutFactor: 1,
    // Our own code compares the score with the goal, after it removes changes without an effect.
    thresholds: { high: 100, low: 0, break: null },
  });
  await stryker.runMutationTest();
  if (!existsSync(incrementalFile)) throw new Error(`${name}: Stryker wrote no ${incrementalFile}`);
  return JSON.parse(readFileSync(incrementalFile, "utf8")) as Report;
}

/**
 * Stryker does not know which tests reach code that runs when a module is loaded, so it would not try these changes again
 * when there are new tests.
 */
function forgetStaticSurvivors(incrementalFile: string): void {
  if (!existsSync(incrementalFile)) return;
  const report = JSON.parse(readFileSync(incrementalFile, "utf8")) as Report;
  const files = Object.entries(report.files).map(([path, file]) => {
    const mutants = file.mutants.filter((mutant) => mutant.static !== true || mutant.status !== "Survived");
    return [path, { ...file, mutants }] as const;
  });
  writeFileSync(incrementalFile, JSON.stringify({ ...report, files: Object.fromEntries(files) }));
}
