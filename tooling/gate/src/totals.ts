import { existsSync, readFileSync } from "node:fs";

/** The results of checks, counted. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What is read of vitest's JSON report. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * The totals of one step: those of its test report, or one check that passed or failed. A test file that cannot be loaded
 * counts as one failure, and so does a run that fails although every test passed.
 */
export function totalsOf(report: string | undefined, exitCode: number): Totals {
  if (report === undefined || !existsSync(report)) {
    return exitCode === 0 && report === undefined
      ? { passed: 1, failed: 0, skipped: 0 }
      : { passed: 0, failed: 1, skipped: 0 };
  }
  const tests: Report = JSON.parse(readFileSync(report, "utf8"));
  const broken = tests.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((one) => one.status === "failed"),
  ).length;
  const failed = tests.numFailedTests + broken;
  return {
    passed: tests.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: tests.numPendingTests + tests.numTodoTests,
  };
}
