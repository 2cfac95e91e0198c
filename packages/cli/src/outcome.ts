import { CommanderError } from "commander";

import { exitCodes } from "./exit-codes.ts";
import { PartlyDone } from "./partly-done.ts";
import { errorLine, withAdvice } from "./print/error-line.ts";
import { OutputClosed } from "./terminal/output.ts";
import { UsageError } from "./usage-error.ts";

/** What an error means for whoever called the command. */
export interface Outcome {
  readonly code: number;
  readonly lines: string[];
}

/**
 * How a command ends that has thrown this error.
 *
 * @param signal - the terminal's: an error that only says that it was aborted is no failure
 * @param command - the command and a space, for what to try
 */
export function outcomeOf(error: unknown, signal: AbortSignal, command: string): Outcome {
  if (error instanceof CommanderError) {
    // Help and version were written.
    if (error.exitCode === 0) return { code: exitCodes.done, lines: [] };
    if (error.code === "commander.help") return { code: exitCodes.usage, lines: [] };
    // Its suggestions are in brackets on a line of their own.
    const message = error.message.replace(/^error: (?:command-(?=argument))?/, "").replace(/\n\((.*)\)$/s, ". $1");
    return usage(errorLine(new UsageError(message)), command);
  }
  if (error instanceof UsageError) return usage(errorLine(error), command);
  if (error instanceof PartlyDone) return { code: exitCodes.partly, lines: [errorLine(error)] };
  if (error instanceof OutputClosed) return { code: exitCodes.done, lines: [] };
  if (signal.aborted && isAbort(error, signal.reason)) {
    if (signal.reason instanceof OutputClosed) return { code: exitCodes.done, lines: [] };
    return { code: exitCodes.interrupted, lines: ["interrupted"] };
  }
  return { code: exitCodes.failed, lines: [errorLine(error)] };
}

function usage(message: string, command: string): Outcome {
  return { code: exitCodes.usage, lines: [withAdvice(message, `Try: dataqueues ${command}--help`)] };
}

/** Whether an error only says that the signal was aborted. */
function isAbort(error: unknown, reason: unknown): boolean {
  if (error === reason) return true;
  if (!(error instanceof Error)) return false;
  return error.name === "AbortError" || ("code" in error && error.code === "ABORTED") || isAbort(error.cause, reason);
}
