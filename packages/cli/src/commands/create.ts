import type { Command } from "commander";

import type { Terminal } from "../terminal/terminal.ts";

export function addCreate(program: Command, terminal: Terminal): void {
  program.command("create").action(async () => {
    await terminal.stderr.write("not built yet\n");
  });
}
