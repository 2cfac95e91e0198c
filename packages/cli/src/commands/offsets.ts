import type { Command } from "commander";

import type { Terminal } from "../terminal/terminal.ts";

export function addOffsets(program: Command, terminal: Terminal): void {
  program.command("offsets").action(async () => {
    await terminal.stderr.write("not built yet\n");
  });
}
