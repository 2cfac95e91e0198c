import { Option } from "commander";
import type { Command } from "commander";

import { addExamples } from "../print/examples.ts";
import type { TailOptions } from "../tail/run-tail.ts";
import type { Terminal } from "../terminal/terminal.ts";

export function addTail(program: Command, terminal: Terminal): void {
  const command = program
    .command("tail")
    .summary("show messages: arrays, Datasets, JSON, text")
    .description(
      "Shows the messages of topics, one line each: time, topic[partition]@offset, key, headers and value. " +
        "It begins with the newest ten of each partition and goes on until Ctrl-C; with --until it begins with the first one and stops there.",
    )
    .argument("[topic...]", "names, or patterns: 'amp*', /^amp/")
    .option("--from <place>", "where to start: earliest, latest, -10 (the newest ten), an offset or a time")
    .option("--until <place>", "where to stop: end, an offset or a time; without it new messages are waited for")
    .option("-n, --limit <count>", "stop after so many messages")
    .option("-p, --partitions <list>", "only these partitions: 0,3 or 0-3")
    .option("--codec <name>", "what the values are, by name or as a module; guessed by default")
    .addOption(new Option("--as <name>", "the same").hideHelp())
    .option("--schema <name>", "what the values must look like, by name or as a module; others are marked")
    .option("--full", "show all of each value: arrays as numpy prints them, Datasets as xarray does, JSON indented")
    .option("--json", "one JSON object a line for each message")
    .option("--raw", "the bytes of the values and nothing else")
    .option("--delimiter <text>", "with --raw, what stands after each value: '\\n', '\\0'; nothing by default")
    .addOption(
      new Option("--latest [by]", "show only the newest of each partition, or key, when more arrives than can be shown")
        .choices(["partition", "key"])
        .preset("partition"),
    )
    .action(async (topics: readonly string[]) => {
      const { runTail } = await import("../tail/run-tail.ts");
      await runTail(topics, command.optsWithGlobals<TailOptions>(), terminal);
    });
  addExamples(command, [
    ["dataqueues tail amplitude", "the newest messages of a topic, and those that arrive"],
    ["dataqueues tail amplitude --until end --full", "all that there is, as numpy prints it"],
    ["dataqueues tail pointing --from -1h --schema PointingTable", "the last hour, checked"],
    ["dataqueues tail 'metrics-*' --json | jq .value.state", "fields of JSON from several topics"],
    ["dataqueues tail gains -p 3 --from 250 -n 1 --raw > gains.npy", "one value as a file"],
  ]);
}
