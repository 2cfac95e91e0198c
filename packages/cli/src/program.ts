import { Command } from "commander";
import type { OutputConfiguration } from "commander";

import { addBench } from "./commands/bench.ts";
import { addCompletion } from "./commands/completion.ts";
import { addCreate } from "./commands/create.ts";
import { addDelete } from "./commands/delete.ts";
import { addDescribe } from "./commands/describe.ts";
import { addExport } from "./commands/export.ts";
import { addGateway } from "./commands/gateway.ts";
import { addGroups } from "./commands/groups.ts";
import { addOffsets } from "./commands/offsets.ts";
import { addRecord } from "./commands/record.ts";
import { addReplay } from "./commands/replay.ts";
import { addSend } from "./commands/send.ts";
import { addStat } from "./commands/stat.ts";
import { addTail } from "./commands/tail.ts";
import { addTopics } from "./commands/topics.ts";
import { addHostOptions } from "./host/host-options.ts";
import { addExamples } from "./print/examples.ts";
import type { Output } from "./terminal/output.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { version } from "./version.ts";

/** All commands, in the order in which the help lists them. What a command needs is loaded when it runs. */
const commands = [
  addTopics,
  addDescribe,
  addCreate,
  addDelete,
  addOffsets,
  addTail,
  addSend,
  addRecord,
  addReplay,
  addExport,
  addStat,
  addGroups,
  addGateway,
  addBench,
  addCompletion,
];

/**
 * The program `dataqueues` with all its commands.
 *
 * @param output - where commander's own texts go
 */
export function createProgram(terminal: Terminal, output: OutputConfiguration = {}): Command {
  const program = new Command("dataqueues")
    .description("Scientific data on Apache Kafka at the terminal: look, send, record, replay.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    // Commands take these over when they are added.
    .exitOverride()
    .configureOutput({
      getOutHelpWidth: () => helpWidth(terminal.stdout),
      getErrHelpWidth: () => helpWidth(terminal.stderr),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      ...output,
    })
    .configureHelp({ showGlobalOptions: true });
  addHostOptions(program);
  for (const add of commands) add(program, terminal);
  addExamples(program, [
    ["dataqueues topics --host memory:", "try it without Kafka, on example topics"],
    ["dataqueues tail amplitude", "print new records, arrays as numpy has them"],
    ["dataqueues record amplitude -o night.mcap", "record a topic until Ctrl-C"],
  ]);
  return program;
}

function helpWidth({ isTerminal, columns }: Output): number {
  return isTerminal ? columns : 100;
}
