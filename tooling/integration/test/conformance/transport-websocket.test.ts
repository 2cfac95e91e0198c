import { serveGateway } from "@dataqueues/gateway";
import type { Gateway } from "@dataqueues/gateway";
import { transportCases } from "@dataqueues/testing";
import { memory } from "@dataqueues/transport-memory";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

import { casesThrough, gateways } from "./gateways.ts";

const largestValueBytes = 50_000;

describe.each(gateways)("websocket keeps the transport contract through $name, on a log in memory", (tested) => {
  const log = memory({ nodes: 3, maxMessageBytes: largestValueBytes });
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await serveGateway({ transport: log, ...tested.options });
  });
  afterAll(() => gateway.close());

  describe.each([
    ["Node's WebSocket", undefined],
    ["that of ws", WebSocket],
  ])("with %s", (_, WebSocket) => {
    const options = casesThrough(
      () => gateway.url,
      tested,
      () => log,
      { WebSocket },
    );
    test.each(transportCases({ ...options, largestValueBytes }))("$name", ({ run }) =>
      expect(run()).resolves.toBeUndefined(),
    );
  });
});
