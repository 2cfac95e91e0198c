import type { Command } from "commander";

import { addExamples } from "../print/examples.ts";
import type { Terminal } from "../terminal/terminal.ts";

const collect = (word: string, words: readonly string[] = []): string[] => [...words, word];

export function addSend(program: Command, terminal: Terminal): void {
  const command = program
    .command("send")
    .summary("send files, or what is piped in, to a topic")
    .description(
      [
        "Sends files, or what is piped in, to a topic, and prints what Kafka acknowledged.",
        "",
        "A file goes byte for byte, checked, if it has a form of the wire: .npy, .json, .msgpack, .arrow (a Dataset), .txt.",
        "An .npz file is a message for each of its arrays, a .jsonl file and text that is piped in one for each line.",
        "Files of other names are recognised by their bytes.",
      ].join("\n"),
    )
    .argument("<topic>", "where to; Kafka creates it if it may")
    .argument("[file...]", "what to send, in this order; - for what is piped in")
    .option("-k, --key <key>", "the key of all messages: text, @file or base64:…")
    .option("-K, --key-separator <text>", "each line has a key before this, and the message after it")
    .option("-H, --header <name=value>", "a header of all messages, again for more: text, @file or base64:…", collect)
    .option("-p, --partition <number>", "the partition; else the key decides, or they take turns")
    .option("--timestamp <time>", "2026-11-27T10:00Z, -15m, @seconds or milliseconds; now by default")
    .option("--tombstone", "send no value: what a compacted topic has of this key goes")
    .option("--as <form>", "what the input is: text, lines, json, jsonl, npy, npz, msgpack or arrow")
    .option("--lines", "each line of text or JSON is a message")
    .option("--raw", "send the bytes unchecked, all as one message, or with --lines each line")
    .option("--codec <name>", "encode as this: utf-8, ascii, json, npy, msgpack_numpy, xarray, xarray_dict or a module")
    .option("--schema <name>", "check values first: PointingTable, MetricPayload, … or a module")
    .option("--encoding-header", "add the header that tells readers the encoding")
    .option("--max-message-bytes <size>", "the largest message: 10M by default")
    .action(async (topic: string, files: readonly string[], _options: unknown, command: Command) => {
      const { send } = await import("../input/send.ts");
      await send(topic, files, command.optsWithGlobals(), terminal);
    });
  addExamples(command, [
    ["dataqueues send amplitude night.npy", "an array, as numpy.save wrote it"],
    ["dataqueues send amplitude night.npy --codec msgpack_numpy", "the same array, in another encoding"],
    ["dataqueues send scans scans.jsonl --key m063", "a message for each line of JSON"],
    ["dataqueues send pointing table.arrow --schema PointingTable", "a Dataset, checked first"],
    ["tail -f receiver.log | dataqueues send log", "each line as it comes"],
    ["dataqueues send weather --key mast-4 --tombstone", "what a compacted topic has of a key goes"],
  ]);
}
