import type { Command } from "commander";

import { addExamples } from "../print/examples.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { DeleteOptions } from "../topics/delete-topics.ts";

export function addDelete(program: Command, terminal: Terminal): void {
  const command = program
    .command("delete")
    .summary("delete topics with all their records")
    .description("Deletes topics with all their records. Asks first.")
    .argument("<topic...>", "names, or patterns (tmp-*, /^tmp-/)")
    .option("-y, --yes", "do not ask")
    .action(async (words: string[], _options: unknown, command: Command) => {
      const { deleteTopics } = await import("../topics/delete-topics.ts");
      await deleteTopics(words, command.optsWithGlobals<DeleteOptions>(), terminal);
    });
  addExamples(command, [
    ["dataqueues delete pointing", "ask, then delete a topic"],
    ["dataqueues delete 'tmp-*' --yes", "delete all topics whose names begin with tmp-"],
  ]);
}
