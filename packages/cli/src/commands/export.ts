import { Option } from "commander";
import type { Command } from "commander";

import type { ExportWords } from "../export/run-export.ts";
import { addExamples } from "../print/examples.ts";
import type { Terminal } from "../terminal/terminal.ts";

export function addExport(program: Command, terminal: Terminal): void {
  const command = program
    .command("export")
    .summary("write topics or a recording into a file for notebooks")
    .description(
      "Writes the records of topics, or of a recording (night.mcap, then perhaps topics in it), into one file for notebooks: " +
        "npz for numpy.load, parquet for pandas, polars and DuckDB, or JSON lines.",
    )
    .argument("<source...>", "topics and patterns, or a recording and perhaps topics in it")
    .addOption(
      new Option("--to <format>", "the file's format").choices(["npz", "parquet", "jsonl"]).makeOptionMandatory(),
    )
    .option("-o, --output <file>", "the file, or - for stdout; the topic's or the recording's name by default")
    .option("--overwrite", "replace a file that exists")
    .option("--from <place>", "where to start: earliest, latest, -10 (the newest ten), an offset or a time", "earliest")
    .option("--until <place>", "where to stop: end, an offset or a time", "end")
    .option("-p, --partitions <list>", "only these partitions: 0,3 or 0-3")
    .option("--codec <name>", "what the values are, by name or as a module; guessed by default")
    .option("--schema <name>", "what the values must look like, by name or as a module; others count as bad records")
    .action(async (sources: readonly string[]) => {
      const { runExport } = await import("../export/run-export.ts");
      await runExport(sources, command.optsWithGlobals<ExportWords>(), terminal);
    });
  addExamples(command, [
    [
      "dataqueues export amplitude --to npz",
      "amplitude.npz: numpy.load has values, offset, partition, timestamp and key",
    ],
    ["dataqueues export night.mcap amplitude --to parquet -o night.parquet", "one topic of a recording"],
    ["dataqueues export metrics --to jsonl --from -1h -o - | jq .value", "the last hour, as JSON lines"],
  ]);
}
