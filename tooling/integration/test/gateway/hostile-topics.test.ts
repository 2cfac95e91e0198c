import { DataQueueConsumer, TransportError } from "@dataqueues/core";
import type { ProducerRecord, Transport } from "@dataqueues/core";
import { serveGateway } from "@dataqueues/gateway";
import { websocket } from "@dataqueues/transport-websocket";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { WebSocket } from "ws";

import { logWithTopics } from "../log-with-topics.ts";
import { observed } from "../observed.ts";
import { take } from "../take.ts";
import { types } from "./frames.ts";
import { RawViewer } from "./raw-viewer.ts";
import { SpawnedGateway } from "./spawned-gateway.ts";

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => at * 31);
const odd = ["", "__proto__", "constructor", "\0", "é".repeat(1_000), "x".repeat(70_000), "\u{1F4E1}"];

/** Text, as comparing millions of bytes one by one takes long. */
const shown = (data: Uint8Array | null): string | null => data && Buffer.from(data).toString("latin1");

test("records of every odd form reach a page as they are in the log", async () => {
  const log = await logWithTopics(["public"]);
  const connection = await log.open("write");
  const records: readonly ProducerRecord[] = [
    { key: null, value: null, headers: [], timestamp: 0 },
    { key: null, value: new Uint8Array(), headers: [], timestamp: 1 },
    { key: new Uint8Array(), value: null, headers: [["", null]], timestamp: 2 ** 53 - 1 },
    { key: bytes(200_000), value: bytes(1), headers: [], timestamp: 3 },
    { key: null, value: bytes(10_000_000), headers: [], timestamp: 4 },
    { key: bytes(7), value: bytes(9), headers: odd.map((name) => [name, bytes(3)] as const), timestamp: 5 },
    { key: null, value: bytes(3), headers: Array.from({ length: 20_000 }, () => ["h", null] as const), timestamp: 6 },
    {
      key: null,
      value: bytes(65_535),
      headers: [
        ["same", bytes(1)],
        ["same", bytes(2)],
      ],
      timestamp: 7,
    },
    { key: null, value: bytes(5), headers: [["bytes", bytes(1_000_000)]], timestamp: 8 },
  ];
  for (const record of records) {
    const batch = { topic: "public", partition: 0, records: [record], baseSequence: 0 };
    const [result] = await connection.produce(1, [batch], { acks: -1, timeoutMs: 1_000, compression: "none" });
    expect(result?.error).toBeUndefined();
  }
  await using gateway = await serveGateway({ transport: log, topics: ["public"], port: 0 });
  const seen = async (transport: Transport): Promise<unknown[]> => {
    await using consumer = new DataQueueConsumer(transport, { topics: ["public"], from: "earliest" });
    return (await take(consumer, records.length)).map(({ offset, key, value, headers, timestamp }) => {
      const named = headers.map(([name, data]) => [name, shown(data)]);
      return { offset, key: shown(key), value: shown(value), headers: named, timestamp };
    });
  };
  const there = await seen(websocket(gateway.url, { WebSocket }));
  expect(there).toEqual(await seen(log));
});

test("viewers of a topic of hostile records harm neither the others nor the gateway's memory", async () => {
  await using gateway = await SpawnedGateway.start({ limits: { bytesPerSecond: 1e10, oldBytesPerSecond: 1e10 } });
  await gateway.call("createTopics", [["public-hostile", 1]]);
  await gateway.call("append", { topic: "public-hostile", count: 3, bytes: 10_000_000 });
  await gateway.call("append", { topic: "public-hostile", count: 20, bytes: 0, headers: 5_000 });
  await gateway.call("append", { topic: "public-hostile", count: 2_000, bytes: 0 });
  const grown = await gateway.attack(async (url) => {
    const viewers = Array.from({ length: 10 }, async () => {
      using viewer = await RawViewer.open(url);
      const records = await viewer.read("public-hostile", 0n, 2_023);
      expect(records.map(({ offset }) => Number(offset))).toEqual(records.map((_, at) => at));
      expect(records[5]?.headerCount).toBe(5_000);
    });
    await Promise.all(viewers);
  });
  expect(grown).toBeLessThan(256);
});

test("a broker that is down tells a page its code, and nothing of where it is", async () => {
  const inner = await logWithTopics(["public"]);
  const secret = "kafka-7.internal:9093";
  const broken = (code: "NETWORK_EXCEPTION" | "UNKNOWN_SERVER_ERROR"): (() => Promise<never>) => {
    const cause = new Error(`connect ECONNREFUSED ${secret}`);
    return () => Promise.reject(new TransportError(`cannot reach ${secret}`, { code, retriable: true, cause }));
  };
  const refuse = broken("NETWORK_EXCEPTION");
  const log = observed(inner, { metadata: () => refuse, listOffsets: () => refuse, fetch: () => refuse });
  const events: unknown[] = [];
  await using gateway = await serveGateway({
    transport: log,
    topics: ["public"],
    port: 0,
    onEvent: (event) => events.push(event),
  });
  using viewer = await RawViewer.open(gateway.url);
  const answers = await Promise.all([
    viewer.ask(types.metadata, { topics: ["public"] }),
    viewer.ask(types.listOffsets, { leader: 0, queries: [{ topic: "public", partition: 0, at: "latest" }] }),
    viewer.fetch([{ topic: "public", offset: "0" }]),
  ]);
  const web = gateway.url.replace(/^ws/, "http");
  const pages = await Promise.all(
    ["/healthz", "/metrics", "/"].map(async (path) => (await fetch(new URL(path, web))).text()),
  );
  const told = JSON.stringify(answers.map((answer) => answer?.body)) + pages.join("\n");
  expect(told).toContain("NETWORK_EXCEPTION");
  expect(told).not.toMatch(/kafka-7|internal|9093|ECONNREFUSED/);
  // Whoever runs the gateway is told.
  expect(inspect(events, { depth: 9 })).toContain(secret);
});

test("a log that answers with the codes of its own, or throws what is no error, does not reach a page with them", async () => {
  const inner = await logWithTopics(["public"]);
  const odd = new TransportError("x", { code: "password=hunter2" as never, retriable: false });
  for (const thrown of [odd, new Error("password=hunter2"), { code: "password=hunter2" }, "password=hunter2", null]) {
    const log = observed(inner, { fetch: () => () => Promise.reject(thrown) });
    await using gateway = await serveGateway({ transport: log, topics: ["public"], port: 0 });
    using viewer = await RawViewer.open(gateway.url);
    const answer = await viewer.fetch([{ topic: "public", offset: "0" }]);
    expect(JSON.stringify(answer?.body)).toContain('"error":"');
    expect(JSON.stringify(answer?.body)).not.toContain("hunter2");
  }
});
