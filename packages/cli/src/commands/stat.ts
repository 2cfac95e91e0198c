import type { Command } from "commander";

import type { StatOptions } from "../stat/run-stat.ts";
import { addExamples } from "../print/examples.ts";
import type { Terminal } from "../terminal/terminal.ts";

export function addStat(program: Command, terminal: Terminal): void {
  const stat = program
    .command("stat")
    .summary("watch how much arrives in topics")
    .description("Shows how much arrives in topics, again and again: messages and bytes a second, age, ends and lag.")
    .argument("[topic...]", "names, or patterns between slashes (/^amp/); all topics by default")
    .option("--partitions", "a row for each partition")
    .option("-g, --group <group>", "show how far a consumer group is behind; may be repeated", collect)
    .option("-i, --interval <time>", "how often to look", "1s")
    .option("-n, --count <number>", "stop after so many looks; without it at Ctrl-C")
    .option("--json", "one JSON object a line for each row")
    .addHelpText(
      "after",
      `
What is measured:
  messages/s  offsets that were added since the last look, by the time between
  ~bytes/s    that, times the mean size of the newest records that were read:
              in each partition that got any, and no more than about 4 MB from
              a broker at each look. An estimate where sizes differ. Sizes are
              those of keys, headers and values, not compressed
  age         the time since the timestamp of the newest record that was read
  end         the next offset; of a topic the sum over its partitions
  lag         the end less the offset that the group has committed`,
    )
    .action(async (topics: string[], _options: unknown, command: Command) => {
      const { runStat } = await import("../stat/run-stat.ts");
      await runStat(topics, command.optsWithGlobals<StatOptions>(), terminal);
    });
  addExamples(stat, [
    ["dataqueues stat", "all topics, until Ctrl-C"],
    ["dataqueues stat visibilities --partitions --group averager", "where a group of consumers is behind"],
    ["dataqueues stat --json --interval 10s | jq 'select(.ageMs > 60000)'", "topics to which nothing comes any more"],
  ]);
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
