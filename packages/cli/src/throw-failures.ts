import { PartlyDone } from "./partly-done.ts";
import { errorLine } from "./print/error-line.ts";
import { countOf } from "./print/quantities.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** What became of the parts of a command. */
export interface Outcomes {
  readonly failures: readonly unknown[];
  /** How many parts were done. */
  readonly done: number;
  /** How many parts were not tried, as the host does not answer. */
  readonly untried?: number | undefined;
}

/**
 * Ends a command some of whose parts may have failed: a single failure is the command's own; of several each has a line on stderr.
 *
 * @param noun - what a part is: `topic`
 * @throws PartlyDone when other parts were done, else the failure, or an Error that counts them
 */
export async function throwFailures(outcomes: Outcomes, noun: string, terminal: Terminal): Promise<void> {
  const { failures, done, untried = 0 } = outcomes;
  const all = failures.length + done + untried;
  if (failures.length === 0) return;
  if (all === 1) throw failures[0];
  await terminal.stderr.write(failures.map((failure) => `dataqueues: ${errorLine(failure)}\n`).join(""));
  const rest = untried === 0 ? "" : `, and ${untried} were not tried`;
  const message = `${failures.length} of ${countOf(all, noun)} failed${rest}`;
  throw done === 0 ? new Error(message) : new PartlyDone(message);
}
