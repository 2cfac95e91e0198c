import type { Command } from "commander";

import { addExamples } from "../print/examples.ts";
import type { ReplayWords } from "../record/run-replay.ts";
import type { Terminal } from "../terminal/terminal.ts";

export function addReplay(program: Command, terminal: Terminal): void {
  const command = program
    .command("replay")
    .summary("send a recording's records again, as fast as they came or faster")
    .description(
      "Sends the records of a recording again, with their keys, headers, tombstones, timestamps, partitions and order. " +
        "Topics that do not exist are created as they were.",
    )
    .argument("<file>", "a recording, such as night.mcap")
    .option("--speed <factor>", "how many times as fast as they came: 0.1, 2, 100, or max", "1")
    .option(
      "--topic <name>",
      "only this topic; amplitude=again gives it another name; may be repeated",
      (word: string, words: readonly string[]) => [...words, word],
      [],
    )
    .option("--now", "records get the time at which they are sent, instead of their own")
    .option("--dry-run", "only list what would be sent")
    .action(async (file: string) => {
      const { runReplay } = await import("../record/run-replay.ts");
      await runReplay(file, command.optsWithGlobals<ReplayWords>(), terminal);
    });
  addExamples(command, [
    ["dataqueues replay night.mcap", "as fast as it was recorded"],
    ["dataqueues replay night.mcap --speed max", "as fast as Kafka takes it"],
    [
      "dataqueues replay night.mcap --topic amplitude=amplitude-test --now",
      "one topic, under another name, as if it were new",
    ],
  ]);
}
