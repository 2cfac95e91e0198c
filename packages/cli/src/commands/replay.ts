import type { Command } from "commander";

import type { Terminal } from "../terminal/terminal.ts";

export function addReplay(program: Command, terminal: Terminal): void {
  program.command("replay").action(async () => {
    await terminal.stderr.write("not built yet\n");
  });
}
