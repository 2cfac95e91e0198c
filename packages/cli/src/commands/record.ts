import type { Command } from "commander";

import { addExamples } from "../print/examples.ts";
import type { RecordWords } from "../record/run-record.ts";
import type { Terminal } from "../terminal/terminal.ts";

export function addRecord(program: Command, terminal: Terminal): void {
  const command = program
    .command("record")
    .summary("record topics into a file, with all that Kafka has of each record")
    .description(
      "Records topics into an MCAP file: values, keys, headers, tombstones, timestamps, partitions and offsets as they are. " +
        "Without --until it goes on until Ctrl-C, which ends the file well. A crash loses the last second at most.",
    )
    .argument("[topic...]", "topics, and patterns such as 'amp*' or /^amp/ that topics may match later")
    .option("-o, --output <file>", "the file, or - for stdout; the topic's name and the time by default")
    .option("--overwrite", "replace a file that exists")
    .option("--from <place>", "where to start: earliest, latest, -10 (the newest ten), an offset or a time", "earliest")
    .option("--until <place>", "where to stop: end, an offset or a time")
    .action(async (topics: readonly string[]) => {
      const { runRecord } = await import("../record/run-record.ts");
      await runRecord(topics, command.optsWithGlobals<RecordWords>(), terminal);
    });
  addExamples(command, [
    [
      "dataqueues record amplitude pointing -o night.mcap",
      "record two topics from their first records on, until Ctrl-C",
    ],
    ["dataqueues record 'qa-*' --from latest --until 2026-11-28T06:00Z", "what arrives from now on until the morning"],
    ["dataqueues record amplitude --until end -o night.mcap", "what there is now"],
  ]);
}
