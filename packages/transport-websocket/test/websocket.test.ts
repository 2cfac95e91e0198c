import { expect, test } from "vitest";
import { WebSocket } from "ws";

import { websocket } from "../src/index.ts";
import { scriptedGateway } from "./scripted-gateway.ts";

test("a fetch brings records", async () => {
  await using gateway = await scriptedGateway({
    onFrame: (client, request) => {
      if (request.type === 4) {
        client.answer(request, { fetched: [{ index: 0, count: 0, bytes: 0, nextOffset: "7", highWatermark: "7" }] });
      }
    },
  });
  const reader = await websocket(gateway.url, { WebSocket }).open("read");
  const limits = { maxWaitMs: 100, minBytes: 1, maxBytes: 1000, maxBytesPerPartition: 1000 };
  expect(await reader.fetch(0, [{ topic: "gains", partition: 0, offset: 7n }], limits)).toEqual([
    { topic: "gains", partition: 0, records: [], nextOffset: 7n, highWatermark: 7n },
  ]);
  reader.close();
});
