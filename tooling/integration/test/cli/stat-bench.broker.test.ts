import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueProducer } from "@dataqueues/core";
import { serveGateway } from "@dataqueues/gateway";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { Kafka, logLevel } from "kafkajs";
import { beforeAll, expect, test, vi } from "vitest";

import { javaAdmin } from "../admin/java-admin.ts";
import { runCommand } from "./run-command.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Runs a command with its host, and gives what it wrote to stdout. */
async function output(host: string, ...args: string[]): Promise<string> {
  const { code, out, err } = await runCommand(args, { env: { DATAQUEUES_KAFKA: host } });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
}

describeKafka("stat and bench on Apache Kafka", (servers) => {
  const [server = ""] = servers;
  const topic = `stat-${process.pid}-${Date.now()}`;
  const twoHoursAgo = Date.now() - 2 * 3_600_000;

  beforeAll(async () => {
    await using admin = new DataQueueAdmin(kafkajs(server));
    await admin.createTopics([[topic, 4]]);
    await using producer = new DataQueueProducer(kafkajs(server), { topic, compression: "gzip" });
    const send = (partition: number, bytes: number, timestamp: number): Promise<unknown> =>
      producer.send(new Uint8Array(bytes), { partition, timestamp });
    for (const minute of [3, 2, 1, 0]) await send(0, 100, twoHoursAgo - minute * 60_000);
    await admin.deleteRecords([[topic, 0, 3]]);
    // Almost as much as one fetch of newest records takes in all.
    await send(1, 900_000, twoHoursAgo);
    const kafka = new Kafka({ brokers: [...servers], logLevel: logLevel.NOTHING, retry: { retries: 20 } });
    const createPartitioner = () => () => 2;
    const transactional = kafka.producer({ createPartitioner, transactionalId: topic, maxInFlightRequests: 1 });
    await transactional.connect();
    const transaction = await transactional.transaction();
    const record = { value: "a", timestamp: String(twoHoursAgo) };
    await transaction.send({ topic, messages: [record, record] });
    await transaction.commit();
    await transactional.disconnect();
    await vi.waitUntil(async () => (await admin.listOffsets([[topic, 2]]))[0]?.offset === 3n, { timeout: 10_000 });
    await admin.resetOffsets(`${topic}-readers`, [
      [topic, 0, 3n],
      [topic, 2, 0n],
    ]);
  });

  test("stat shows the ends that Kafka's own client tells, and ages also behind the marker of a transaction", async () => {
    const [ends] = await javaAdmin(servers, `offsets ${topic} latest`);
    expect(ends).toEqual(["4", "1", "3", "0"]);
    const args = ["stat", topic, "--partitions", "--group", `${topic}-readers`, "--count", "1", "--interval", "100ms"];
    const rows = (await output(server, ...args)).trimEnd().split("\n").slice(1);
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
      [topic, "0", "0", "0 B", "2 h", "4", "1"],
      [topic, "1", "0", "0 B", "2 h", "1", "-"],
      [topic, "2", "0", "0 B", "2 h", "3", "3"],
      [topic, "3", "0", "0 B", "-", "0", "-"],
    ]);
  });

  test.for(["Kafka", "a gateway that only lets read"])("stat shows rates on %s", async (host) => {
    await using gateway = await serveGateway({ transport: kafkajs(server), topics: [/^stat-/], port: 0 });
    const busy = `${topic}-${host === "Kafka" ? "kafka" : "gateway"}`;
    await using admin = new DataQueueAdmin(kafkajs(server));
    await admin.createTopics([busy]);
    await using producer = new DataQueueProducer(kafkajs(server), { topic: busy });
    const stop = new AbortController();
    const sending = (async () => {
      while (!stop.signal.aborted) await producer.send(new Uint8Array(990), { key: "0123456789" });
    })();
    const args = ["stat", busy, "--json", "--count", "2", "--interval", "200ms"];
    const lines = (await output(host === "Kafka" ? server : gateway.url, ...args)).trimEnd().split("\n");
    stop.abort();
    await sending;
    const rows = lines.map((line): Record<string, number> => JSON.parse(line));
    expect(rows).toHaveLength(2);
    for (const { messagesPerSecond = 0, bytesPerSecond = 0, ageMs = -1 } of rows) {
      expect(messagesPerSecond).toBeGreaterThan(0);
      expect(bytesPerSecond / messagesPerSecond).toBeCloseTo(1_000, 1);
      expect(Math.abs(ageMs)).toBeLessThan(60_000);
    }
    expect(rows[1]?.["end"]).toBeGreaterThan(rows[0]?.["end"] ?? 0);
  });

  test.for([
    ["Kafka", ["--size", "1k", "--count", "60", "--partitions", "3", "--compression", "zstd"]],
    // Kafka takes no more than 1 MB in a topic that does not say otherwise.
    ["Kafka", ["--size", "2M", "--count", "3", "--compression", "gzip"]],
    ["a gateway", ["--size", "1k", "--count", "60"]],
  ] as const)("bench on %s gets back all that it sends, and deletes its topic: %j", async ([host, args]) => {
    const roles = ["read", "write", "admin"] as const;
    await using gateway = await serveGateway({ transport: kafkajs(server), topics: [/^/], port: 0, roles });
    const text = await output(host === "Kafka" ? server : gateway.url, "bench", "--json", ...args);
    const { results }: { results: { work: string; records: number }[] } = JSON.parse(text);
    const count = Number(args[3]);
    expect(results).toMatchObject([
      { work: "send", load: "one at a time", records: count },
      { work: "receive", load: "one at a time", records: count },
      { work: "send", load: "full", records: count, seconds: expect.any(Number) },
      { work: "receive", load: "full", records: 2 * count + Math.min(50, count), seconds: expect.any(Number) },
    ]);
    await using admin = new DataQueueAdmin(kafkajs(server));
    expect((await admin.listTopics()).filter((name) => name.startsWith("dataqueues-bench-"))).toEqual([]);
  });
});
