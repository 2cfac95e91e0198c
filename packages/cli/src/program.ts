import { Command } from "commander";

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
import type { Terminal } from "./terminal/terminal.ts";

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

/** The program `dataqueues` with all its commands. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command("dataqueues")
    .description("Scientific data on Apache Kafka at the terminal: look, send, record, replay.")
    .option("--host <address>", "Kafka's address, a gateway (ws://…), memory: or a recording (night.mcap)")
    .option("--verbose", "tell the causes of errors, and what happens on the way");
  for (const add of commands) add(program, terminal);
  return program;
}
