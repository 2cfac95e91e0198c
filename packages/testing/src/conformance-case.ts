import { within } from "./within.ts";

/** One promise of a plug-in, and the code that puts it to the test: for any test runner, or none. */
export interface ConformanceCase {
  /** What is promised, as a sentence. */
  readonly name: string;
  /** Resolves when the plug-in keeps the promise; rejects with an `Error` that says what it did instead. */
  readonly run: () => Promise<void>;
}

/** A case that fails when it takes longer than `timeoutMs`. */
export function caseOf(name: string, timeoutMs: number, run: () => Promise<void> | void): ConformanceCase {
  return { name, run: () => within(timeoutMs, `"${name}"`, async () => run()) };
}
