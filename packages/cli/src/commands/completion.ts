import { Argument } from "commander";
import type { Command } from "commander";

import { addExamples } from "../print/examples.ts";
import type { Terminal } from "../terminal/terminal.ts";

export function addCompletion(program: Command, terminal: Terminal): void {
  const command = program
    .command("completion")
    .summary("print a script with which your shell completes commands, options and topics")
    .description(
      [
        "Prints a script with which your shell completes commands, options, codecs, schemas, groups and topics.",
        "Topics and groups are those of the host that the line names, or of DATAQUEUES_KAFKA.",
      ].join("\n"),
    )
    .addArgument(new Argument("<shell>", "the shell").choices(["bash", "zsh", "fish"]))
    .action(async (shell: "bash" | "zsh" | "fish") => {
      const { completionScripts } = await import("../completion/completion-scripts.ts");
      await terminal.stdout.write(completionScripts[shell]);
    });
  addExamples(command, [
    ['eval "$(dataqueues completion bash)"', "in ~/.bashrc"],
    ['eval "$(dataqueues completion zsh)"', "in ~/.zshrc, below compinit"],
    ["dataqueues completion fish > ~/.config/fish/completions/dataqueues.fish", "once, for fish"],
  ]);
  // What the scripts call: the words of the line up to the cursor.
  program
    .command("__complete", { hidden: true })
    .argument("[words...]")
    .action(async (words: readonly string[]) => {
      const { complete } = await import("../completion/complete.ts");
      const candidates = await complete(program, words, terminal);
      await terminal.stdout.write(candidates.map(({ word, what }) => `${word}\t${what}\n`).join(""));
    });
}
