import type { Command } from "commander";

import type { Terminal } from "../terminal/terminal.ts";

export function addBench(program: Command, terminal: Terminal): void {
  program.command("bench").action(async () => {
    await terminal.stderr.write("not built yet\n");
  });
}
