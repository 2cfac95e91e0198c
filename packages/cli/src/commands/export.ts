import type { Command } from "commander";

import type { Terminal } from "../terminal/terminal.ts";

export function addExport(program: Command, terminal: Terminal): void {
  program.command("export").action(async () => {
    await terminal.stderr.write("not built yet\n");
  });
}
