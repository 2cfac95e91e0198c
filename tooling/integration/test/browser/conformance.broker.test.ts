import { transportCases } from "@dataqueues/testing";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

import { describeBrowser } from "./describe-browser.ts";
import { GatewayProcess } from "./gateway-process.ts";
import type { CaseResult } from "./workers/conformance-worker.ts";

describeBrowser("websocket in a page", ({ server, open }) => {
  test("keeps the transport contract through a gateway", async () => {
    const roles = ["read", "write", "admin"] as const;
    await using gateway = await GatewayProcess.start({ bootstrapServers: [server], topics: "^conformance-", roles });
    await using opened = await open("conformance-worker");
    const results = await opened.worker.evaluate<CaseResult[]>(`runCases(${JSON.stringify(gateway.url)})`);
    expect(results.filter(([, error]) => error !== "")).toEqual([]);
    const names = transportCases({ transport: () => memory() }).map(({ name }) => name);
    expect(results.map(([name]) => name)).toEqual(names);
  });
});
