import type { Command } from "commander";

/**
 * Puts examples below a command's help: what to write, and what it does.
 *
 * @example
 * ```ts
 * addExamples(command, [["dataqueues tail amplitude --until end", "print all records, then stop"]]);
 * ```
 */
export function addExamples(command: Command, examples: readonly (readonly [line: string, what: string])[]): void {
  const lines = examples.map(([line, what]) => `  ${line}\n      ${what}`);
  command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}
