import { DataQueueAdmin } from "@dataqueues/admin";
import { memory } from "@dataqueues/transport-memory";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import { Command, Option } from "commander";
import { beforeAll, expect, test } from "vitest";

import { complete } from "../../src/completion/complete.ts";
import { addHostOptions } from "../../src/host/host-options.ts";
import { createProgram } from "../../src/program.ts";
import { fakeTerminal } from "../fake-terminal.ts";

let log: MemoryTransport;

beforeAll(async () => {
  log = memory();
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(["amplitude", "amplitude-mean", "phase"]);
});

/** A program with one command of each kind of words. */
function program(): Command {
  const made = new Command("dataqueues");
  addHostOptions(made);
  made
    .command("read")
    .summary("read topics")
    .argument("<topic...>")
    .option("-c, --codec <name>", "which codec")
    .option("--until <when>", "where to stop")
    .option("-f, --follow", "go on")
    .addOption(new Option("--to <form>", "the form").choices(["npz", "parquet"]));
  made.command("open").argument("<file>").argument("[topic]");
  made.command("__hidden", { hidden: true });
  return made;
}

/** The words that may stand at the end of a line. */
async function words(line: string, env: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const terminal = fakeTerminal({ transport: log, env });
  const candidates = await complete(program(), line.split(" "), terminal);
  expect(terminal.out() + terminal.err()).toBe("");
  return candidates.map(({ word }) => word);
}

test("commands come first, hidden ones not", async () => {
  expect(await words("")).toEqual(["read", "open"]);
  expect(await words("o")).toEqual(["open"]);
  expect(await words("--verbose --host x:9092 r")).toEqual(["read"]);
});

test("options are those of the command and those that all have", async () => {
  expect(await words("read --")).toEqual(
    expect.arrayContaining(["--codec", "--until", "--follow", "--to", "--help", "--host", "--sasl", "--verbose"]),
  );
  expect(await words("read --co")).toEqual(["--codec", "--config"]);
  expect(await words("open --co")).toEqual(["--config"]);
});

test("topics are those of the host, each once, and only where a topic may stand", async () => {
  expect(await words("read ")).toEqual(["amplitude", "amplitude-mean", "phase"]);
  expect(await words("read amplitude a")).toEqual(["amplitude-mean"]);
  expect(await words("read --follow p")).toEqual(["phase"]);
  expect(await words("open ")).toEqual([]);
  expect(await words("open night.mcap ")).toEqual(["amplitude", "amplitude-mean", "phase"]);
  expect(await words("open night.mcap phase ")).toEqual([]);
  // A lone - is what is piped in, and no option.
  expect(await words("open - ph")).toEqual(["phase"]);
});

test("a command of a command has its own words, options and values", async () => {
  await using admin = new DataQueueAdmin(log);
  await admin.resetOffsets("averager", [["phase", 0, 0n]]);
  const terminal = fakeTerminal({ transport: log });
  const real = createProgram(terminal);
  const realWords = async (line: string): Promise<string[]> =>
    (await complete(real, line.split(" "), terminal)).map(({ word }) => word);
  expect(await realWords("groups ")).toEqual(["list", "describe", "reset", "delete"]);
  expect(await realWords("groups de")).toEqual(["describe", "delete"]);
  expect(await realWords("groups describe ")).toEqual(["averager"]);
  expect(await realWords("groups reset averager ph")).toEqual(["phase"]);
  expect(await realWords("groups reset --dr")).toEqual(["--dry-run"]);
  expect(await realWords("groups reset --sa")).toEqual(["--sasl"]);
  expect(await realWords("groups --host x:9092 l")).toEqual(["list"]);
});

test("an option that needs a value gets its values", async () => {
  expect(await words("read --codec np")).toEqual(["npy"]);
  expect(await words("read -c np")).toEqual(["npy"]);
  expect(await words("read --to ")).toEqual(["npz", "parquet"]);
  expect(await words("read --until ")).toEqual(["end"]);
  expect(await words("read --sasl scram")).toEqual(["scram-sha-256", "scram-sha-512"]);
  // Only the shell knows files.
  expect(await words("read --ca ")).toEqual([]);
});

test("an option and its value may be one word", async () => {
  expect(await words("read --codec=np")).toEqual(["--codec=npy"]);
  expect(await words("read --codec=npy ph")).toEqual(["phase"]);
  expect(await words("read --none=")).toEqual([]);
});

test("after -- nothing is an option", async () => {
  expect(await words("read -- --")).toEqual([]);
  expect(await words("read -- ph")).toEqual(["phase"]);
});

test("hosts are those that the file names, and the usual ones", async () => {
  expect(await words("read --host ", { XDG_CONFIG_HOME: "/none" })).toEqual(["localhost:9092", "memory:"]);
  // A file that makes no sense is no reason to write into the middle of a line.
  expect(await words("read --host ", { DATAQUEUES_CONFIG: "/none" })).toEqual([]);
});

test("a host that cannot be reached has no topics", async () => {
  const terminal = fakeTerminal({ env: { XDG_CONFIG_HOME: "/none" } });
  expect(await complete(program(), ["read", "--host", "127.0.0.1:1", ""], terminal)).toEqual([]);
});

test("names that a shell would take for more than a word are left out", async () => {
  const hostile = memory();
  const names = ["$(reboot)", "a;b", "good.topic-1"];
  const open: typeof hostile.open = async (role, options) => {
    const connection = await hostile.open(role, options);
    return Object.assign(connection, {
      metadata: async () => names.map((topic) => ({ topic, topicId: undefined, partitions: [] })),
    });
  };
  const candidates = await complete(program(), ["read", ""], fakeTerminal({ transport: { ...hostile, open } }));
  expect(candidates.map(({ word }) => word)).toEqual(["good.topic-1"]);
});

test("the real program's commands have their summaries, and its topics", async () => {
  const terminal = fakeTerminal({ transport: log });
  const real = createProgram(terminal);
  expect(await complete(real, ["comp"], terminal)).toEqual([
    { word: "completion", what: "print a script with which your shell completes commands, options and topics" },
  ]);
  expect(await complete(real, ["send", "ph"], terminal)).toEqual([{ word: "phase", what: "topic" }]);
});
