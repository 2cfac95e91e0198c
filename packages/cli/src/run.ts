import { CommanderError } from "commander";

import { exitCodes } from "./exit-codes.ts";
import { createProgram } from "./program.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Runs one command, as `dataqueues` does with the words behind its name, and gives its exit code. Never rejects: errors are lines
 * on the terminal's stderr.
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const result: { code: number } = { code: exitCodes.done };
  const program = createProgram({ ...terminal });
  program.exitOverride();
  try {
    await program.parseAsync([...args], { from: "user" });
    return result.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    await terminal.stderr.write(`dataqueues: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
}
