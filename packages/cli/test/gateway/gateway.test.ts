import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "@dataqueues/codec-json";
import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { websocket } from "@dataqueues/transport-websocket";
import type { WebSocketOptions } from "@dataqueues/transport-websocket";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { WebSocket } from "ws";

import { run } from "../../src/run.ts";
import { fakeTerminal } from "../fake-terminal.ts";
import type { FakeTerminalOptions } from "../fake-terminal.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dataqueues-gateway-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A gateway that the command serves. */
interface Served extends AsyncDisposable {
  readonly url: string;
  err(): string;
}

async function serve(args: readonly string[], options: FakeTerminalOptions = {}): Promise<Served> {
  const stop = new AbortController();
  const terminal = fakeTerminal({ transport: memory(), signal: stop.signal, ...options });
  const running = run(["gateway", "--port", "0", ...args], terminal);
  await vi.waitFor(() => expect(terminal.out()).toMatch(/\n$/), { timeout: 10_000 });
  return {
    url: terminal.out().trim(),
    err: () => terminal.err(),
    async [Symbol.asyncDispose]() {
      stop.abort();
      expect(await running).toBe(0);
    },
  };
}

/** Sends a record through a gateway and reads it back. */
async function sendAndRead(url: string, topic: string, options: WebSocketOptions = {}): Promise<unknown> {
  const transport = websocket(url, options);
  await using producer = new DataQueueProducer(transport, { topic, encoding: json(), topicTimeoutMs: 500 });
  await producer.send({ wind: 4.2 });
  return readFirst(transport, topic);
}

async function readFirst(transport: Transport, topic: string): Promise<unknown> {
  await using consumer = new DataQueueConsumer(transport, { topics: topic, encoding: json() });
  for await (const { value } of consumer) return value;
  return undefined;
}

test("its address is all that is on stdout; a consumer reads through it", async () => {
  const log = memory();
  await using producer = new DataQueueProducer(log, { topic: "weather", encoding: json() });
  await producer.send({ wind: 11.2 });
  await using gateway = await serve([], { transport: log });
  expect(gateway.url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+$/);
  expect(await readFirst(websocket(gateway.url), "weather")).toEqual({ wind: 11.2 });
  expect(gateway.err()).toBe(
    [
      "Serves memory on 127.0.0.1: all topics but those that begin with __",
      "May connect: pages of this machine and programs, without a token, to read",
      `Look through it: dataqueues topics --host ${gateway.url}`,
      "Ctrl-C ends it.\n",
    ].join("\n"),
  );
});

test("by default nobody can write; --role says who can", async () => {
  await using readOnly = await serve([]);
  await expect(sendAndRead(readOnly.url, "weather")).rejects.toThrow("write");
  await using gateway = await serve(["--role", "admin,write,read"]);
  expect(await sendAndRead(gateway.url, "weather")).toEqual({ wind: 4.2 });
});

test("only topics of --topics are served: names, and patterns", async () => {
  const log = memory();
  await using producer = new DataQueueProducer(log, { encoding: json() });
  for (const topic of ["pointing", "metrics-rfi", "secret"]) await producer.send(topic, { topic });
  await using gateway = await serve(["--topics", "pointing", "metrics-*"], { transport: log });
  expect(await readFirst(websocket(gateway.url), "pointing")).toBe("pointing");
  expect(await readFirst(websocket(gateway.url), "metrics-rfi")).toBe("metrics-rfi");
  await expect(readFirst(websocket(gateway.url), "secret")).rejects.toMatchObject({
    code: "TOPIC_AUTHORIZATION_FAILED",
  });
  expect(gateway.err()).toContain("on 127.0.0.1: pointing, metrics-*\n");
});

test("a token of a file or of the environment has to be shown", async () => {
  const file = join(folder, "token.txt");
  await writeFile(file, "open-sesame\n");
  for (const [args, env] of [
    [["--token-file", file], {}],
    [[], { DATAQUEUES_GATEWAY_TOKEN: "open-sesame" }],
  ] as const) {
    await using gateway = await serve([...args, "--role", "read,write", "--verbose"], { env });
    expect(await sendAndRead(gateway.url, "weather", { token: "open-sesame" })).toEqual({ wind: 4.2 });
    for (const token of ["open-sesam", "", undefined]) {
      const refused = websocket(gateway.url, token === undefined ? {} : { token }).open("read");
      await expect(refused).rejects.toMatchObject({ code: "SASL_AUTHENTICATION_FAILED" });
    }
    expect(gateway.err()).toContain("with the token, to read, write\n");
    expect(gateway.err()).toContain("viewer 1 connected from 127.0.0.1 to write\n");
    await vi.waitFor(() => expect(gateway.err()).toContain("refused 127.0.0.1: token\n"), { timeout: 10_000 });
    expect(gateway.err()).not.toContain("sesam");
  }
});

test("with --allow-origin only those pages are let in", async () => {
  await using gateway = await serve(["--allow-origin", "https://display.example", "--verbose"]);
  await expect(websocket(gateway.url).open("read")).rejects.toMatchObject({ code: "NETWORK_EXCEPTION" });
  expect(gateway.err()).toContain("only pages of https://display.example");
  expect(gateway.err()).toContain("refused 127.0.0.1: origin\n");
});

test("behind as many proxies as --trusted-proxies says, the address of a viewer is the one that they tell", async () => {
  class Forwarded extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol, { headers: { "x-forwarded-for": "203.0.113.5" } });
    }
  }
  for (const [proxies, address] of [
    ["0", "127.0.0.1"],
    ["1", "203.0.113.5"],
  ] as const) {
    await using gateway = await serve(["--verbose", "--trusted-proxies", proxies]);
    const connection = await websocket(gateway.url, { WebSocket: Forwarded }).open("read");
    connection.close();
    expect(gateway.err()).toContain(`viewer 1 connected from ${address} to read\n`);
  }
});

test("a host that does not answer yet is waited for, and that is said once", async () => {
  const log = memory();
  log.faults.refuse({ times: 3 });
  await using gateway = await serve(["--role", "read,write"], { transport: log });
  expect(await sendAndRead(gateway.url, "weather")).toEqual({ wind: 4.2 });
  await vi.waitFor(() => expect(gateway.err()).toContain("memory answers again\n"), { timeout: 10_000 });
  expect(gateway.err().match(/^memory does not answer: .+\. It is waited for$/gm)).toHaveLength(1);
});

test("a port that is taken is an error that names the option", async () => {
  await using gateway = await serve([]);
  const { port } = new URL(gateway.url);
  const terminal = fakeTerminal({ transport: memory() });
  expect(await run(["gateway", "--port", port], terminal)).toBe(1);
  expect(terminal.err()).toContain(`port ${port} of 127.0.0.1 is taken: give another with --port, or 0`);
});

const readOnlyHost: Transport = {
  ...memory(),
  name: "night.mcap",
  capabilities: { write: false, admin: false, idempotence: false, groups: false },
};

test.for([
  [
    ["--bind", "0.0.0.0"],
    "others can reach 0.0.0.0: give --topics (what they may see) and --allow-origin (which pages may connect) and --token-file (what they must show) as well",
  ],
  [["--bind", "::", "--topics", "a", "--allow-origin", "https://a.example"], "others can reach ::: give --token-file"],
  [["--bind", "127.0.0.1.example", "--topics", "a"], "others can reach 127.0.0.1.example: give --allow-origin"],
  [["--allow-origin", "display.example"], "--allow-origin must be an origin, such as https://display.example"],
  [["--role", "read,root"], '--role is one or more of read, write and admin, with commas, not "read,root"'],
  [["--role", ""], '--role is one or more of read, write and admin, with commas, not ""'],
  [["--role", "write"], "night.mcap can only be read: leave write out of --role"],
  [["--role", "read,admin"], "the topics of night.mcap cannot be changed: leave admin out of --role"],
  [["--port", "65536"], '--port is a whole number from 0 to 65535, not "65536"'],
  [["--trusted-proxies", "-"], '--trusted-proxies is a whole number from 0 to 10, not "-"'],
  [["--topics", "/(/"], "/(/ is no regular expression"],
  [["--token-file", "/nowhere/token"], "the file of --token-file cannot be read: Error: ENOENT"],
] as const)("%j is refused in words about the options", async ([args, message]) => {
  const terminal = fakeTerminal({ transport: readOnlyHost });
  expect(await run(["gateway", "--port", "0", ...args], terminal)).toBe(2);
  expect(terminal.err()).toContain(message);
  expect(terminal.out()).toBe("");
});

test("an empty token is refused", async () => {
  const terminal = fakeTerminal({ transport: memory(), env: { DATAQUEUES_GATEWAY_TOKEN: " \n" } });
  expect(await run(["gateway", "--port", "0"], terminal)).toBe(2);
  expect(terminal.err()).toContain("DATAQUEUES_GATEWAY_TOKEN has no token: it must be one word");
});
