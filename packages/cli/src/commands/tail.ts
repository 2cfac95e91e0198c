import type { Command } from "commander";

import type { Terminal } from "../terminal/terminal.ts";

export function addTail(program: Command, terminal: Terminal): void {
  program.command("tail").action(async () => {
    await terminal.stderr.write("not built yet\n");
  });
}
