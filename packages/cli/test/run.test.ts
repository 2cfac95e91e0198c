import { PassThrough, Writable } from "node:stream";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

import { Output, run } from "../src/index.ts";
import { fakeTerminal } from "./fake-terminal.ts";

test.each([
  [["sned", "x"], "unknown command 'sned'. Did you mean send? Try: dataqueues --help"],
  [["send"], "missing required argument 'topic'. Try: dataqueues send --help"],
  [["send", "x", "--shema", "y"], "unknown option '--shema'. Did you mean --schema? Try: dataqueues send --help"],
  [["--host"], "option '--host <address>' argument missing. Try: dataqueues --help"],
  [
    ["topics", "--timeout", "no"],
    '--timeout is a number of seconds such as 10 or 0.5, not "no". Try: dataqueues topics --help',
  ],
  [["completion", "c\x1b[2Jsh"], /: argument value 'c\\x1b\[2Jsh' is invalid for argument 'shell'\. Allowed choices/],
])("%j is an error of the words in one line", async (args, line) => {
  const terminal = fakeTerminal({ env: { XDG_CONFIG_HOME: "/none" } });
  expect(await run(args, terminal)).toBe(2);
  expect(terminal.out()).toBe("");
  if (typeof line === "string") expect(terminal.err()).toBe(`dataqueues: ${line}\n`);
  else expect(terminal.err()).toMatch(line);
});

test("without words the help is on stderr, as nothing was asked for", async () => {
  const terminal = fakeTerminal();
  expect(await run([], terminal)).toBe(2);
  expect(terminal.out()).toBe("");
  expect(terminal.err()).toMatch(/^Usage: dataqueues .*Examples:/s);
});

test("the host may be anywhere on the line", async () => {
  for (const args of [
    ["--host", "memory:", "topics"],
    ["topics", "--host", "memory:"],
    ["topics", "--host=memory:"],
  ]) {
    const terminal = fakeTerminal();
    expect(await run(args, terminal)).toBe(0);
    expect(terminal.out()).toContain("amplitude-waterfall");
    expect(terminal.err()).toBe("");
  }
});

test("every command has a summary, options that all have, and examples", async () => {
  const help = fakeTerminal();
  expect(await run(["--help"], help)).toBe(0);
  const names = Array.from(help.out().matchAll(/^ {2}([a-z]+)(?: [[<]\S+)* {2,}\S/gm), ([, name = ""]) => name);
  expect(names.filter((name) => name !== "help")).toHaveLength(15);
  for (const name of names) {
    if (name === "help") continue;
    const one = fakeTerminal();
    expect(await run([name, "--help"], one)).toBe(0);
    expect(one.out()).toMatch(new RegExp(`^Usage: dataqueues ${name}.*--host <address>.*Examples:\n  \\S`, "s"));
  }
});

test("--verbose adds the causes of an error, and without it there is one line", async () => {
  const args = ["topics", "--host", "127.0.0.1:1"];
  const [plain, verbose] = [
    fakeTerminal({ env: { XDG_CONFIG_HOME: "/none" } }),
    fakeTerminal({ env: { XDG_CONFIG_HOME: "/none" } }),
  ];
  expect(await run(args, plain)).toBe(1);
  expect(plain.err()).toMatch(/^dataqueues: 127\.0\.0\.1:1 cannot be reached: connect ECONNREFUSED[^\n]*\n$/);
  expect(await run([...args, "--verbose"], verbose)).toBe(1);
  expect(verbose.err()).toMatch(/\ndataqueues: cause: TransportError: Connecting to 127\.0\.0\.1:1/);
});

test("an output that nobody reads is no failure, and one that cannot be written is", async () => {
  const failing = (code: string): Output => {
    const write = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error(`write ${code}`), { code })),
    });
    return new Output(write, {});
  };
  const terminal = fakeTerminal({ transport: memory() });
  expect(await run(["--help"], { ...terminal, stdout: failing("EPIPE") })).toBe(0);
  expect(terminal.err()).toBe("");
  expect(await run(["--help"], { ...terminal, stdout: failing("ENOSPC") })).toBe(1);
  expect(terminal.err()).toBe("dataqueues: write ENOSPC. Make room on the disk\n");
  expect(await run(["sned"], { ...terminal, stderr: failing("EPIPE") })).toBe(2);
  const closed = new PassThrough();
  closed.destroy();
  expect(await run(["sned"], { ...terminal, stderr: new Output(closed, {}) })).toBe(2);
});
