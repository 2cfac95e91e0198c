import type { Command } from "commander";

import type { Terminal } from "../terminal/terminal.ts";

export function addStat(program: Command, terminal: Terminal): void {
  program.command("stat").action(async () => {
    await terminal.stderr.write("not built yet\n");
  });
}
