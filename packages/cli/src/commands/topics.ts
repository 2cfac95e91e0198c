import type { Command } from "commander";

import type { Terminal } from "../terminal/terminal.ts";

export function addTopics(program: Command, terminal: Terminal): void {
  program.command("topics").action(async () => {
    await terminal.stderr.write("not built yet\n");
  });
}
