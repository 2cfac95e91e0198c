import type { Command } from "commander";

import { addExamples } from "../print/examples.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { OffsetsOptions } from "../topics/show-offsets.ts";

export function addOffsets(program: Command, terminal: Terminal): void {
  const command = program
    .command("offsets")
    .summary("show where partitions begin and end")
    .description("Shows where partitions begin and end, and the offset of a time.")
    .argument("[topic...]", "names, or patterns (amp*, /^amp/)")
    .option("--at <time>", "the first record from a time on: 2026-11-27T10:00Z, -15m, @1700000000; - where none is")
    .option("--json", "one JSON object a line for each partition")
    .action(async (words: string[], _options: unknown, command: Command) => {
      const { showOffsets } = await import("../topics/show-offsets.ts");
      await showOffsets(words, command.optsWithGlobals<OffsetsOptions>(), terminal);
    });
  addExamples(command, [
    ["dataqueues offsets pointing", "the first offset of each partition, and the one after the last"],
    ["dataqueues offsets pointing --at -15m", "where the last quarter of an hour begins, too"],
  ]);
}
