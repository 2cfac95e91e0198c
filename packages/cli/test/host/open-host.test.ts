import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memory } from "@dataqueues/transport-memory";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openHost } from "../../src/host/open-host.ts";
import type { HostOptions } from "../../src/host/open-host.ts";
import { errorLine } from "../../src/print/error-line.ts";
import { UsageError } from "../../src/usage-error.ts";
import { fakeTerminal } from "../fake-terminal.ts";

/** A host that accepts connections and never says a word. */
let silent: Server;
let silentPort: number;
/** A port where nobody listens. */
let refusedPort: number;
let folder: string;
const sockets = new Set<Socket>();

beforeAll(async () => {
  silent = createServer((socket) => void sockets.add(socket.on("error", () => undefined)));
  const gone = createServer();
  for (const server of [silent, gone]) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  silentPort = (silent.address() as AddressInfo).port;
  refusedPort = (gone.address() as AddressInfo).port;
  gone.close();
  folder = await mkdtemp(join(tmpdir(), "dataqueues-open-host-"));
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  silent.close();
  await rm(folder, { recursive: true });
});

/** How opening a host fails, in the line that a person sees. No file of this machine plays a part. */
async function failure(options: HostOptions, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const terminal = fakeTerminal({ env: { XDG_CONFIG_HOME: folder, ...env } });
  const error: unknown = await openHost(options, terminal).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  return errorLine(error);
}

test("the option comes before DATAQUEUES_KAFKA, that before SDP_KAFKA_HOST, and that before the file", async () => {
  const config = join(folder, "hosts.json");
  const at = (host: string): string => `${host}.invalid:${refusedPort}`;
  await writeFile(config, JSON.stringify({ hosts: { night: { host: at("file") } }, default: "night" }));
  const env = { DATAQUEUES_CONFIG: config };
  const both = { ...env, SDP_KAFKA_HOST: at("sdp"), DATAQUEUES_KAFKA: at("ours") };
  expect(await failure({ host: at("option") }, both)).toContain(at("option"));
  expect(await failure({}, both)).toContain(at("ours"));
  expect(await failure({}, { ...env, SDP_KAFKA_HOST: at("sdp") })).toContain(at("sdp"));
  expect(await failure({}, env)).toContain(at("file"));
  expect(await failure({ host: "night" }, both)).toContain(at("file"));
});

test("settings of a named host give way to options, and are not those of other hosts", async () => {
  const config = join(folder, "login.json");
  const night = { host: `127.0.0.1:${refusedPort}`, sasl: "nothing", user: "reader" };
  await writeFile(config, JSON.stringify({ hosts: { night } }));
  expect(await failure({ config, host: "night" })).toContain("--sasl nothing is not known");
  expect(await failure({ config, host: "night", sasl: "none" })).toContain("--sasl none is not known");
  expect(await failure({ config, host: `127.0.0.1:${refusedPort}` })).toContain("cannot be reached");
});

test("a host that is not there is an error that says what to do", async () => {
  expect(await failure({ host: `127.0.0.1:${refusedPort}` })).toBe(
    `127.0.0.1:${refusedPort} cannot be reached: connect ECONNREFUSED 127.0.0.1:${refusedPort}. Is Kafka running there? ` +
      "Give another address with --host or DATAQUEUES_KAFKA, or try --host memory:, which needs none",
  );
});

test("a host that does not answer is given up after --timeout", async () => {
  expect(await failure({ host: `127.0.0.1:${silentPort}`, timeout: "0.2" })).toMatch(/not within 200 ms/);
});

test("an interrupted terminal ends the wait", async () => {
  const stop = new AbortController();
  const terminal = fakeTerminal({ env: { XDG_CONFIG_HOME: folder }, signal: stop.signal });
  const opening = openHost({ host: `127.0.0.1:${silentPort}`, timeout: "600" }, terminal);
  const reason = new Error("interrupted");
  await expect.poll(() => sockets.size).toBeGreaterThan(0);
  stop.abort(reason);
  await expect(opening).rejects.toBe(reason);
});

test.each([
  ["a b", /"a b" in brokers is not a Kafka host/],
  ["http://kafka:9092", /is not a Kafka host/],
  ["kafka://one/gains,two/phases", /names one topic, not gains and phases/],
  ["ws://gateway/?token=geheim", /must hold no token/],
])("--host %s is an error of the words", async (host, message) => {
  const opening = openHost({ host }, fakeTerminal({ env: { XDG_CONFIG_HOME: folder } }));
  await expect(opening).rejects.toThrow(message);
  await expect(opening).rejects.toBeInstanceOf(UsageError);
  await expect(opening).rejects.not.toThrow(/geheim/);
});

test("a gateway's certificates are read as Kafka's are", async () => {
  expect(await failure({ host: "wss://gateway.invalid", ca: "ca.pem" })).toContain("ca.pem: no such file or directory");
  expect(await failure({ host: "wss://gateway.invalid", cert: "me.pem" })).toContain("--cert needs --tls-key");
});

test("a program that gives a transport gets it, whatever the environment says", async () => {
  const transport = memory();
  const host = await openHost({ host: "nowhere" }, fakeTerminal({ transport, env: { DATAQUEUES_TLS: "nonsense" } }));
  expect(host).toMatchObject({ transport, name: "memory" });
});
