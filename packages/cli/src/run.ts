import { CommanderError } from "commander";

import { exitCodes } from "./exit-codes.ts";
import { PartlyDone } from "./partly-done.ts";
import { causeLines, errorLine } from "./print/error-line.ts";
import { createProgram } from "./program.ts";
import { OutputClosed } from "./terminal/output-closed.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Runs one command, as `dataqueues` does with the words behind its name, and gives its exit code (see `exitCodes`). Never
 * rejects: errors are lines on the terminal's stderr.
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  // Commander's own texts: help on stdout, and help on stderr where a command is missing.
  const written: Promise<void>[] = [];
  const program = createProgram(terminal, {
    writeOut: (text) => written.push(stdout.write(text)),
    writeErr: (text) => written.push(stderr.write(text)),
    outputError: () => undefined,
  });
  try {
    try {
      await program.parseAsync([...args], { from: "user" });
    } finally {
      await Promise.all(written);
    }
    return exitCodes.done;
  } catch (error) {
    const { code, lines } = outcomeOf(error, terminal.signal, commandIn(args, program.commands));
    if (code !== exitCodes.done && args.includes("--verbose")) lines.push(...causeLines(error));
    await stderr.write(lines.map((line) => `dataqueues: ${line}\n`).join("")).catch(() => undefined);
    return code;
  }
}

/** What an error means for whoever called the command. */
interface Outcome {
  readonly code: number;
  readonly lines: string[];
}

function outcomeOf(error: unknown, signal: AbortSignal, command: string): Outcome {
  if (error instanceof CommanderError) {
    // Help and version were written.
    if (error.exitCode === 0) return { code: exitCodes.done, lines: [] };
    if (error.code === "commander.help") return { code: exitCodes.usage, lines: [] };
    const message = error.message.replace(/^error: /, "").replace(/\n\((.*)\)$/s, ". $1");
    return usage(message, command);
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
  const line = `${message.replace(/[.]$/, "").replace(/([^?!])$/, "$1.")} Try: dataqueues ${command}--help`;
  return { code: exitCodes.usage, lines: [line] };
}

/** Whether an error only says that the signal was aborted. */
function isAbort(error: unknown, reason: unknown): boolean {
  if (error === reason) return true;
  if (!(error instanceof Error)) return false;
  return error.name === "AbortError" || ("code" in error && error.code === "ABORTED") || isAbort(error.cause, reason);
}

/** The command that the words name, with a space, for what to try. */
function commandIn(args: readonly string[], commands: readonly { name(): string }[]): string {
  const names = commands.map((command) => command.name());
  const found = args.find((arg) => names.includes(arg));
  return found === undefined ? "" : `${found} `;
}
