import type { Command } from "commander";

import type { BenchCommandOptions } from "../bench/run-bench.ts";
import { addExamples } from "../print/examples.ts";
import type { Terminal } from "../terminal/terminal.ts";

export function addBench(program: Command, terminal: Terminal): void {
  const bench = program
    .command("bench")
    .summary("measure how fast a host is from here")
    .description("Measures how fast this program, on this machine, writes to a host and reads from it.")
    .option("-s, --size <bytes>", "the size of a value: 500, 10k, 4Mi", "10k")
    .option("-n, --count <number>", "how many records to send at full load, in the place of --seconds")
    .option(
      "--seconds <time>",
      "how long to send at full load, up to 1 GB; and at most half as long one at a time",
      "5s",
    )
    .option("--partitions <number>", "how many partitions the topic has", "1")
    .option("-z, --compression <name>", "none, gzip, snappy, lz4 or zstd", "none")
    .option("--json", "the results as one JSON object")
    .addHelpText(
      "after",
      `
It creates a topic of its own (dataqueues-bench-…) and deletes it at the end,
also after Ctrl-C. What is measured:
  send one at a time     each record waits until the one before it was received.
                         Latency: from the call of send to the acknowledgement
                         by all in-sync replicas
  receive one at a time  latency: from the call of send until a consumer in this
                         process gave the message
  send at full load      as many at once as fit into 16 MB. Latency: as above,
                         and the time that records wait for each other
  receive at full load   a new consumer reads all that was sent, which the broker
                         most likely still has in memory
Values are random bytes, which no compression makes smaller. Bytes are those of
values. Producer and consumer share this process and its one thread: over a
network, or beside other work, numbers differ.`,
    )
    .action(async (_options: unknown, command: Command) => {
      const { runBench } = await import("../bench/run-bench.ts");
      await runBench(command.optsWithGlobals<BenchCommandOptions>(), terminal);
    });
  addExamples(bench, [
    ["dataqueues bench", "values of 10 kB for five seconds"],
    ["dataqueues bench --size 1M --count 1000 --partitions 4", "large arrays"],
    ["dataqueues bench --host ws://localhost:8080 --size 500 --json", "through a gateway"],
  ]);
}
