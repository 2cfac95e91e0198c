import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");
/** A host that accepts connections and never says a word. */
let silent: Server;
let folder: string;
const sockets = new Set<Socket>();

beforeAll(async () => {
  silent = createServer((socket) => void sockets.add(socket.on("error", () => undefined)));
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  folder = await mkdtemp(join(tmpdir(), "dataqueues-process-"));
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  silent.close();
  await rm(folder, { recursive: true });
});

type Environment = Readonly<Record<string, string>>;

/** Starts the command with words, and with variables of the environment behind them. */
function start(...given: (string | Environment)[]): ChildProcessWithoutNullStreams {
  const args = given.filter((one) => typeof one === "string");
  const env = Object.assign({}, ...given.filter((one) => typeof one === "object"));
  return spawn(process.execPath, ["--conditions=@dataqueues/source", main, ...args], {
    env: { ...process.env, XDG_CONFIG_HOME: folder, DATAQUEUES_KAFKA: "", SDP_KAFKA_HOST: "", ...env },
  });
}

/** The exit code, or the name of the signal that killed it. */
async function end(child: ChildProcessWithoutNullStreams): Promise<unknown> {
  const [code, signal]: unknown[] = await once(child, "exit");
  return code ?? signal;
}

const silentHost = (): string[] => [
  "--timeout=600",
  "--host",
  `127.0.0.1:${(silent.address() as AddressInfo).port}`,
  "send",
  "any",
  main,
];

test("help goes to stdout and ends with 0, words that make no sense to stderr and end with 2", async () => {
  const help = start("send", "--help");
  const [out, err, code] = await Promise.all([text(help.stdout), text(help.stderr), end(help)]);
  expect(out).toMatch(/^Usage: dataqueues send.*--host <address>.*Examples:/s);
  expect([err, code]).toEqual(["", 0]);
  const wrong = start("sned");
  const [nothing, line, usage] = await Promise.all([text(wrong.stdout), text(wrong.stderr), end(wrong)]);
  expect(line).toBe("dataqueues: unknown command 'sned'. Did you mean send? Try: dataqueues --help\n");
  expect([nothing, usage]).toEqual(["", 2]);
});

test("help loads neither Kafka nor codecs, so that it comes at once", async () => {
  // Node writes a file of all modules that were loaded.
  const coverage = join(folder, "coverage");
  const child = start("tail", "--help", { NODE_V8_COVERAGE: coverage });
  expect(await end(child)).toBe(0);
  const [file = ""] = await readdir(coverage);
  const { result }: { result: { url: string }[] } = JSON.parse(await readFile(join(coverage, file), "utf8"));
  const loaded = result.map(({ url }) => url).filter((url) => url.startsWith("file:"));
  expect(loaded.filter((url) => url.endsWith("/commands/tail.ts"))).toHaveLength(1);
  expect(loaded.filter((url) => !/\/(?:packages\/cli\/src|commander)\//.test(url))).toEqual([]);
});

test("a Node that is too old is told what to install", async () => {
  const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } })";
  const child = start("--version", { NODE_OPTIONS: `--import="data:text/javascript,${old.replaceAll(" ", "%20")}"` });
  const [err, code] = await Promise.all([text(child.stderr), end(child)]);
  expect([err, code]).toEqual(["dataqueues: Node 20.18.3 is too old. Install Node 20.19 or later\n", 1]);
});

test("a reader who goes before the output comes is no error", async () => {
  const child = start("--help");
  child.stdout.destroy();
  expect(await Promise.all([text(child.stderr), end(child)])).toEqual(["", 0]);
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends what waits for a host, with 130 and a word", async (signal) => {
  const before = sockets.size;
  const child = start(...silentHost());
  await expect.poll(() => sockets.size, { timeout: 10_000 }).toBeGreaterThan(before);
  child.kill(signal);
  const outcome = await Promise.all([text(child.stdout), text(child.stderr), end(child)]);
  expect(outcome).toEqual(["", "dataqueues: interrupted\n", 130]);
});

test("Ctrl-C is the usual end of a command that runs until then", async () => {
  const child = start("gateway", "--host", "memory:", "--port", "0");
  await once(child.stderr, "data");
  child.kill("SIGINT");
  expect(await end(child)).toBe(0);
});

test("a second Ctrl-C ends a process that does not end by itself", async () => {
  // A module that is loaded for ever.
  const codec = join(folder, "endless.mjs");
  const endless = "setInterval(() => {}, 1e6); await new Promise(() => {});";
  await writeFile(codec, `process.on("SIGINT", () => console.error("again")); console.error("loading"); ${endless}`);
  const child = start("send", "log", main, "--host", "memory:", "--codec", codec);
  await once(child.stderr, "data");
  child.kill("SIGINT");
  const [afterFirst]: unknown[] = await once(child.stderr, "data");
  expect(String(afterFirst)).toBe("again\n");
  child.kill("SIGINT");
  expect(await end(child)).toBe(130);
});

test("what a module throws when nobody waits for it is one line, and with --verbose has its stack", async () => {
  const codec = join(folder, "late.mjs");
  await writeFile(codec, "setTimeout(() => { throw new Error('too late'); }); await new Promise(() => {});");
  const args = ["send", "log", main, "--host", "memory:", "--codec", codec];
  const child = start(...args);
  expect(await Promise.all([text(child.stderr), end(child)])).toEqual(["dataqueues: too late\n", 1]);
  const verbose = start(...args, "--verbose");
  const [lines, code] = await Promise.all([text(verbose.stderr), end(verbose)]);
  expect(lines).toMatch(/^dataqueues: too late\nError: too late\n {4}at .*late\.mjs/);
  expect(code).toBe(1);
});
