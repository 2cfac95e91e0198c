import { DataQueueProducer } from "@dataqueues/core";
import { serveGateway } from "@dataqueues/gateway";
import type { GatewayOptions } from "@dataqueues/gateway";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";
import { observed } from "../observed.ts";
import type { ObservedTransport } from "../observed.ts";
import { fetchBody, RawViewer } from "./raw-viewer.ts";
import { recordBytes, types } from "./frames.ts";

/** A gateway whose log has a topic for everybody, one that only some viewers may see, and one that is not on the list. */
async function start(
  options: Partial<GatewayOptions> = {},
): Promise<{ readonly url: string; readonly log: ObservedTransport } & AsyncDisposable> {
  const inner = await logWithTopics(["public-1", "public-2", "secret"]);
  await using producer = new DataQueueProducer(inner, { topic: "secret" });
  await producer.send(new TextEncoder().encode("classified"));
  const log = observed(inner);
  const gateway = await serveGateway({
    transport: log,
    topics: [/^public-/],
    port: 0,
    roles: ["read", "write", "admin"],
    ...options,
  });
  return { url: gateway.url, log, [Symbol.asyncDispose]: () => gateway.close() };
}

/** Every request that names a topic. */
const requests: readonly [string, string, (topic: string) => readonly [number, unknown, Uint8Array?]][] = [
  ["metadata", "read", (topic) => [types.metadata, { topics: [topic] }]],
  [
    "metadata that may create it",
    "write",
    (topic) => [types.metadata, { topics: [topic], allowAutoTopicCreation: true }],
  ],
  ["latest", "read", (topic) => [types.listOffsets, { leader: 0, queries: [{ topic, partition: 0, at: "latest" }] }]],
  [
    "a time",
    "read",
    (topic) => [types.listOffsets, { leader: 0, queries: [{ topic, partition: 0, at: { timestamp: 0 } }] }],
  ],
  ["a fetch", "read", (topic) => [types.fetch, fetchBody([{ topic, offset: "0" }], { maxWaitMs: 0 })]],
  [
    "a produce",
    "write",
    (topic) => {
      const records = recordBytes(new Uint8Array(8));
      const batch = { topic, partition: 0, baseSequence: 0, count: 1, bytes: records.length };
      return [types.produce, { leader: 0, acks: -1, timeoutMs: 1_000, compression: "none", batches: [batch] }, records];
    },
  ],
  ["createTopics", "admin", (topic) => [types.admin, { request: "createTopics", specs: [{ topic }] }]],
  [
    "createPartitions",
    "admin",
    (topic) => [types.admin, { request: "createPartitions", specs: [{ topic, partitions: 2 }] }],
  ],
  ["deleteTopics", "admin", (topic) => [types.admin, { request: "deleteTopics", specs: [topic] }]],
  [
    "deleteRecords",
    "admin",
    (topic) => [
      types.admin,
      { request: "deleteRecords", leader: 0, specs: [{ topic, partition: 0, beforeOffset: "1" }] },
    ],
  ],
  ["describeConfigs", "admin", (topic) => [types.admin, { request: "describeConfigs", specs: [topic] }]],
  [
    "describeLogDirs",
    "admin",
    (topic) => [types.admin, { request: "describeLogDirs", leader: 0, specs: [{ topic, partition: 0 }] }],
  ],
  [
    "alterConfigs",
    "admin",
    (topic) => [types.admin, { request: "alterConfigs", specs: [{ topic, configs: { "retention.ms": "1" } }] }],
  ],
];

describe.for(requests)("%s of a topic that is not on the list", ([, role, request]) => {
  test("is answered as for one that does not exist, and its name never reaches the log", async () => {
    await using running = await start();
    using viewer = await RawViewer.open(running.url, { role });
    const answers: string[] = [];
    for (const topic of ["secret", "absent"]) {
      const answer = await viewer.ask(...request(topic));
      expect(answer?.type).toBeGreaterThan(0x80);
      expect(answer?.records).toHaveLength(0);
      answers.push(JSON.stringify(answer?.body).replaceAll(topic, "NAME"));
    }
    expect(answers[0]).toContain("TOPIC_AUTHORIZATION_FAILED");
    expect(answers[1]).toBe(answers[0]);
    expect(inspect(running.log.requests, { depth: 9 })).not.toMatch(/secret|absent/);
  });

  test("is answered in the same way for a viewer who may see fewer topics", async () => {
    await using running = await start({
      authorize: () => ({ topics: ["public-1"], roles: ["read", "write", "admin"] }),
    });
    using viewer = await RawViewer.open(running.url, { role });
    const answers: string[] = [];
    for (const topic of ["public-2", "secret", "public-absent"]) {
      const answer = await viewer.ask(...request(topic));
      answers.push(JSON.stringify(answer?.body).replaceAll(topic, "NAME"));
    }
    expect(answers[0]).toContain("TOPIC_AUTHORIZATION_FAILED");
    expect(new Set(answers).size).toBe(1);
    expect(inspect(running.log.requests, { depth: 9 })).not.toMatch(/public-2|secret|absent/);
  });
});

test("a viewer who may see more than the gateway's list sees the list", async () => {
  await using running = await start({ authorize: () => ({ topics: ["secret", "public-1"] }) });
  using viewer = await RawViewer.open(running.url);
  const answer = await viewer.ask(types.metadata);
  expect(answer?.body["topics"]).toMatchObject([{ topic: "public-1" }]);
  const fetched = await viewer.fetch([{ topic: "secret", offset: "0" }]);
  expect(JSON.stringify(fetched?.body)).toContain("TOPIC_AUTHORIZATION_FAILED");
});

test("a forbidden topic beside an allowed one does not hinder it", async () => {
  await using running = await start({ roles: ["read", "write"] });
  using viewer = await RawViewer.open(running.url, { role: "read" });
  const answer = await viewer.ask(types.listOffsets, {
    leader: 0,
    queries: ["secret", "public-1", "absent"].map((topic) => ({ topic, partition: 0, at: "latest" })),
  });
  const error = "TOPIC_AUTHORIZATION_FAILED";
  expect(answer?.body["offsets"]).toEqual([{ error }, { offset: "0" }, { error }]);
});

test("metadata of all topics names those on the list and no other", async () => {
  await using running = await start();
  using viewer = await RawViewer.open(running.url);
  const answer = await viewer.ask(types.metadata);
  expect(JSON.stringify(answer?.body)).not.toMatch(/secret|__/);
  expect(answer?.body["topics"]).toMatchObject([{ topic: "public-1" }, { topic: "public-2" }]);
});

test("patterns are asked about the whole name, also by an expression that keeps its place (g, y)", async () => {
  await using running = await start({ topics: [/public-\d/g, /public-2/y] });
  using viewer = await RawViewer.open(running.url);
  for (let i = 0; i < 6; i++) {
    const answer = await viewer.ask(types.metadata, { topics: ["public-2"] });
    expect(answer?.body["topics"]).toMatchObject([{ topic: "public-2", partitions: [{ partition: 0 }] }]);
  }
});

test.for([
  "",
  "__proto__",
  "constructor",
  "toString",
  "__consumer_offsets",
  "../secret",
  "public-1/../secret",
  "PUBLIC-1",
  "public-1\0",
  "public-1\n",
  "öffentlich-1",
  "public‐1",
  "\u{1F4E1}",
  "\uD800",
  "x".repeat(20_000),
])("a topic named %j is not there", async (topic) => {
  // A list of names only, so that no pattern lets such a name in.
  await using running = await start({ topics: ["public-1"] });
  using viewer = await RawViewer.open(running.url);
  const metadata = await viewer.ask(types.metadata, { topics: [topic] });
  const fetched = await viewer.fetch([{ topic, offset: "0" }]);
  for (const answer of [metadata, fetched]) {
    expect(JSON.stringify(answer?.body)).toMatch(/TOPIC_AUTHORIZATION_FAILED|INVALID_TOPIC_EXCEPTION|INVALID_REQUEST/);
  }
  expect((await viewer.ask(types.metadata, { topics: ["public-1"] }))?.body["topics"]).toMatchObject([
    { partitions: [{}] },
  ]);
});

test.for<[string, unknown]>([
  ["a number", 7],
  ["null", null],
  ["a list", ["public-1"]],
  ["an object with toString", { toString: "public-1" }],
  ["true", true],
])("a name that is %s is refused, and harms nobody", async ([, topic]) => {
  await using running = await start();
  using beside = await RawViewer.open(running.url);
  for (const [, role, request] of requests) {
    using viewer = await RawViewer.open(running.url, { role });
    const answer = await viewer.ask(...request(topic as never));
    if (answer === undefined) expect((await viewer.closed).code).toBe(4400);
    else expect(JSON.stringify(answer.body)).toContain("INVALID_REQUEST");
  }
  expect((await beside.ask(types.metadata))?.type).toBe(0x82);
});

test("names that no topic can have reach neither the log nor a pattern, which may take exponential time for them", async () => {
  await using running = await start({ topics: [/./] });
  using viewer = await RawViewer.open(running.url);
  const odd = ["public-1\0", "../public-1", "öffentlich", "x".repeat(250), "a b"];
  const answer = await viewer.ask(types.metadata, { topics: odd });
  expect(answer?.body["topics"]).toEqual(odd.map((topic) => ({ topic, error: "TOPIC_AUTHORIZATION_FAILED" })));
  expect(inspect(running.log.requests, { depth: 9 })).not.toMatch(/public-1|ffentlich|xxx|a b/);

  // This one needs 2 ** n steps for n letters and another character.
  await using bomb = await start({ topics: [/^(a+)+$/] });
  using other = await RawViewer.open(bomb.url);
  const since = process.cpuUsage().user;
  await other.ask(types.metadata, { topics: [`${"a".repeat(30)}!`] });
  expect((process.cpuUsage().user - since) / 1_000).toBeLessThan(2_000);
});

test("a reader creates no topic by asking for it, though the log would", async () => {
  await using running = await start();
  using viewer = await RawViewer.open(running.url);
  await viewer.ask(types.metadata, { topics: ["public-made-up"], allowAutoTopicCreation: true });
  const answer = await viewer.ask(types.metadata, { topics: ["public-made-up"] });
  expect(answer?.body["topics"]).toEqual([{ topic: "public-made-up", error: "UNKNOWN_TOPIC_OR_PARTITION" }]);
  const asked = running.log.requests.filter(({ name }) => name === "metadata").map(({ args: [, options] }) => options);
  expect(inspect(asked)).not.toContain("allowAutoTopicCreation: true");
});
