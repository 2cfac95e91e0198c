import type { Command } from "commander";

import { parseSetting } from "../arguments/parse-setting.ts";
import { addExamples } from "../print/examples.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { CreateOptions } from "../topics/create-topics.ts";

export function addCreate(program: Command, terminal: Terminal): void {
  const command = program
    .command("create")
    .summary("create topics, or give them more partitions")
    .description(
      "Creates topics, or gives them more partitions. Safe to repeat: a topic that has enough stays as it is.",
    )
    .argument("<name:partitions...>", "a name, or a name and the least number of partitions: pointing:5")
    .option("--replication-factor <number>", "copies of each partition; by default what Kafka is set to")
    .option(
      "-c, --topic-config <name=value>",
      "a setting of the topics that are created, by Kafka's names; may be repeated",
      parseSetting,
    )
    .action(async (words: string[], _options: unknown, command: Command) => {
      const { createTopics } = await import("../topics/create-topics.ts");
      await createTopics(words, command.optsWithGlobals<CreateOptions>(), terminal);
    });
  addExamples(command, [
    ["dataqueues create pointing", "with as many partitions as Kafka is set to"],
    ["dataqueues create pointing amplitude:6", "amplitude with six partitions, or more if it has them already"],
    ["dataqueues create scan:1 -c cleanup.policy=compact -c retention.ms=3600000", "with settings of its own"],
  ]);
}
