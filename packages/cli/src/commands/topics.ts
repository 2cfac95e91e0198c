import type { Command } from "commander";

import type { Terminal } from "../terminal/terminal.ts";
import type { TopicsOptions } from "../topics/list-topics.ts";

export function addTopics(program: Command, terminal: Terminal): void {
  program
    .command("topics")
    .summary("list topics with their sizes, rates and lag")
    .description("Lists topics: partitions, messages, size, rate, and how far groups are behind.")
    .argument("[topic...]", "names, or patterns (amp*, /^amp/); all topics by default")
    .option("--internal", "topics of Kafka's own too, such as __consumer_offsets")
    .option("--json", "one JSON object a line for each topic")
    .addHelpText(
      "after",
      `
What is shown; - where the host does not tell it:
  messages       offsets from the first record to the end; a compacted topic has fewer messages than that
  size           bytes on the disks of the leaders, compressed where batches are, without replicas
  messages/s     in the last minute, by the messages' timestamps
  lag            messages that the slowest of the groups has not committed yet

Examples:
  dataqueues topics
  dataqueues topics 'amp*' --host localhost:9092
  dataqueues topics --json | jq 'select(.messages == 0).topic'`,
    )
    .action(async (words: string[], _options: unknown, command: Command) => {
      const { listTopics } = await import("../topics/list-topics.ts");
      await listTopics(words, command.optsWithGlobals<TopicsOptions>(), terminal);
    });
}
