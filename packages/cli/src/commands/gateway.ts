import type { Command } from "commander";

import type { Terminal } from "../terminal/terminal.ts";

export function addGateway(program: Command, terminal: Terminal): void {
  program.command("gateway").action(async () => {
    await terminal.stderr.write("not built yet\n");
  });
}
