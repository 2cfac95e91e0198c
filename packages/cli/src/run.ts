import { exitCodes } from "./exit-codes.ts";
import { outcomeOf } from "./outcome.ts";
import { causeLines } from "./print/error-line.ts";
import { createProgram } from "./program.ts";
import type { Terminal } from "./terminal/terminal.ts";

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

/** The command that the words name, with a space, for what to try. */
function commandIn(args: readonly string[], commands: readonly { name(): string }[]): string {
  const names = commands.map((command) => command.name());
  const found = args.find((arg) => names.includes(arg));
  return found === undefined ? "" : `${found} `;
}
