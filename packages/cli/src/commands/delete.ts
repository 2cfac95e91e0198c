import type { Command } from "commander";

import type { Terminal } from "../terminal/terminal.ts";

export function addDelete(program: Command, terminal: Terminal): void {
  program.command("delete").action(async () => {
    await terminal.stderr.write("not built yet\n");
  });
}
