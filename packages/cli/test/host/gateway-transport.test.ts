import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueConsumer } from "@dataqueues/core";
import { serveGateway } from "@dataqueues/gateway";
import type { Gateway } from "@dataqueues/gateway";
import { memory } from "@dataqueues/transport-memory";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { openHost } from "../../src/host/open-host.ts";
import type { Host, HostOptions } from "../../src/host/open-host.ts";
import { errorLine } from "../../src/print/error-line.ts";
import { fakeTerminal } from "../fake-terminal.ts";

const origin = "https://display.example";
let gateway: Gateway;

beforeAll(async () => {
  const transport = memory();
  await using admin = new DataQueueAdmin(transport);
  await admin.createTopics(["gains"]);
  const authorize = ({ token }: { readonly token: string | undefined }): boolean => token === "9b1f";
  gateway = await serveGateway({ transport, topics: ["gains"], port: 0, origins: [origin], authorize });
});
afterAll(() => gateway.close({ timeoutMs: 0 }));

function open(options: HostOptions, env: Readonly<Record<string, string>> = {}): Promise<Host> {
  return openHost({ host: gateway.url, ...options }, fakeTerminal({ env: { XDG_CONFIG_HOME: "/none", ...env } }));
}

/** The line that a person sees when a gateway refuses. */
async function refusal(options: HostOptions): Promise<string> {
  return errorLine(await open(options).catch((error: unknown) => error));
}

test("a gateway lets in whoever shows the token and comes as one of its pages", async () => {
  const hosts = await Promise.all([
    open({ origin, token: "9b1f" }),
    open({}, { DATAQUEUES_ORIGIN: origin, DATAQUEUES_TOKEN: "9b1f" }),
  ]);
  for (const { transport, name } of hosts) {
    expect(name).toBe(gateway.url);
    await using consumer = new DataQueueConsumer(transport, { topics: ["gains"], from: "earliest", until: "end" });
    expect(await consumer[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
  }
});

test("what a gateway refuses is an error that says what to give, and never has the token", async () => {
  expect(await refusal({ token: "9b1f" })).toMatch(/needs --origin$/);
  expect(await refusal({ origin })).toMatch(/SASL_AUTHENTICATION_FAILED.*Set DATAQUEUES_TOKEN$/);
  const wrong = await refusal({ origin, token: "geheim" });
  expect(wrong).toMatch(/SASL_AUTHENTICATION_FAILED.*Check the token, and whether it has expired$/);
  expect(wrong).not.toContain("geheim");
});

test("a Node without WebSockets, as 20 is, does without them", async () => {
  vi.stubGlobal("WebSocket", undefined);
  try {
    expect(await open({ origin, token: "9b1f" })).toMatchObject({ name: gateway.url });
  } finally {
    vi.unstubAllGlobals();
  }
});
