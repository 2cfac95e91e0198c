import { PartlyDone } from "./partly-done.ts";
import { errorLine } from "./print/error-line.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** What became of the parts of a command. */
export interface Outcomes {
  readonly failures: readonly unknown[];
  /** How many parts were done. */
  readonly done: number;
  /** What a part is: `topics`. */
  readonly what: string;
}

/**
 * Ends a command some of whose parts may have failed: a single failure is the command's own; of several each has a line on stderr.
 *
 * @throws PartlyDone when other parts were done, else the failure, or an Error that counts them
 */
export async function throwFailures({ failures, done, what }: Outcomes, terminal: Terminal): Promise<void> {
  if (failures.length === 0) return;
  if (done === 0 && failures.length === 1) throw failures[0];
  await terminal.stderr.write(failures.map((failure) => `dataqueues: ${errorLine(failure)}\n`).join(""));
  const message = `${failures.length} of ${failures.length + done} ${what} failed`;
  throw done === 0 ? new Error(message) : new PartlyDone(message);
}
