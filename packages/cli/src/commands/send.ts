import type { Command } from "commander";

import type { Terminal } from "../terminal/terminal.ts";

export function addSend(program: Command, terminal: Terminal): void {
  program.command("send").action(async () => {
    await terminal.stderr.write("not built yet\n");
  });
}
