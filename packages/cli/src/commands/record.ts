import type { Command } from "commander";

import type { Terminal } from "../terminal/terminal.ts";

export function addRecord(program: Command, terminal: Terminal): void {
  program.command("record").action(async () => {
    await terminal.stderr.write("not built yet\n");
  });
}
