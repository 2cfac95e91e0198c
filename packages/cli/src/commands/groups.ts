import type { Command } from "commander";

import type { Terminal } from "../terminal/terminal.ts";

export function addGroups(program: Command, terminal: Terminal): void {
  program.command("groups").action(async () => {
    await terminal.stderr.write("not built yet\n");
  });
}
