import type { Command } from "commander";

import { addExamples } from "../print/examples.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { DescribeOptions } from "../topics/describe-topics.ts";

export function addDescribe(program: Command, terminal: Terminal): void {
  const command = program
    .command("describe")
    .summary("show partitions, settings and groups of topics")
    .description(
      "Shows topics: their partitions, the settings that are not Kafka's defaults, and the groups that read them.",
    )
    .argument("[topic...]", "names, or patterns (amp*, /^amp/)")
    .option("--all-configs", "all settings, with the defaults")
    .option("--json", "one JSON object a line for each topic")
    .action(async (words: string[], _options: unknown, command: Command) => {
      const { describeTopics } = await import("../topics/describe-topics.ts");
      await describeTopics(words, command.optsWithGlobals<DescribeOptions>(), terminal);
    });
  addExamples(command, [
    ["dataqueues describe pointing", "partitions with leaders, offsets and sizes; settings; groups with their lag"],
    ["dataqueues describe pointing --json | jq .configs", "the topic's settings, for a program"],
  ]);
}
