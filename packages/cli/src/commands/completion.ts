import type { Command } from "commander";

import type { Terminal } from "../terminal/terminal.ts";

export function addCompletion(program: Command, terminal: Terminal): void {
  program.command("completion").action(async () => {
    await terminal.stderr.write("not built yet\n");
  });
}
