import type { Command } from "commander";

import type { Terminal } from "../terminal/terminal.ts";

export function addDescribe(program: Command, terminal: Terminal): void {
  program.command("describe").action(async () => {
    await terminal.stderr.write("not built yet\n");
  });
}
