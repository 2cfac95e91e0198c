import { serveGateway } from "@dataqueues/gateway";
import { runJava } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import { beforeAll, expect, test, vi } from "vitest";

import { consumerGroupsTool } from "../admin/consumer-groups-tool.ts";
import { javaAdmin } from "../admin/java-admin.ts";
import { runCommand } from "./run-command.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

interface JsonTopic {
  readonly topic: string;
  readonly bytes: number;
  readonly partitions: readonly { readonly partition: number; readonly begin: number; readonly end: number }[];
}

describeKafka("the commands for topics and groups", (bootstrapServers) => {
  const host = bootstrapServers.join(",");
  const topic = `cli-topics-${process.pid}-${Date.now()}`;
  const group = `${topic}-averager`;
  const hour = Date.UTC(2026, 10, 27, 10);

  /** Runs a command that must succeed, and gives what it printed. */
  const printed = async (...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await runCommand(["--host", host, ...args]);
    expect([code, err]).toEqual([0, ""]);
    return out;
  };

  beforeAll(async () => {
    await printed("create", `${topic}:3`, "-c", "retention.ms=-1");
    await using producer = new DataQueueProducer(bootstrapServers, { topic });
    for (let minute = 0; minute < 4; minute += 1) {
      await producer.send(new Uint8Array(1_000), { partition: minute % 2, timestamp: hour + minute * 60_000 });
    }
    await using admin = new DataQueueAdmin(bootstrapServers);
    await admin.deleteRecords([[topic, 0, 1n]]);
    await admin.resetOffsets(group, [[topic, 0, 1n]]);
  });

  test("create makes what Kafka's own tool shows, and describe shows the same", async () => {
    const kafka = await runJava("org.apache.kafka.tools.TopicCommand", [
      "--bootstrap-server",
      host,
      "--describe",
      "--topic",
      topic,
    ]);
    expect(kafka).toMatch(/PartitionCount: 3\s+ReplicationFactor: 1\s+Configs: .*retention\.ms=-1/);
    const leaders = [...kafka.matchAll(/Partition: (\d+)\s+Leader: (\d+)\s+Replicas: (\S+)\s+Isr: (\S+)/g)];
    const text = await printed("describe", topic);
    expect(leaders).toHaveLength(3);
    for (const [, partition, leader, replicas, inSync] of leaders) {
      expect(text).toMatch(new RegExp(`^ +${partition} +${leader} +${replicas} +${inSync} `, "m"));
    }
    expect(text).toMatch(/^retention\.ms +-1 +topic$/m);
    expect(text).toMatch(new RegExp(`^${group} +1$`, "m"));
  });

  test("offsets are those that Kafka's own client tells: first, end and at a time", async () => {
    const commands = ["earliest", "latest", hour + 60_000].map((at) => `offsets ${topic} ${at}`);
    const java = await javaAdmin(bootstrapServers, ...commands);
    const lines = (await printed("offsets", topic, "--at", "2026-11-27T10:01Z", "--json")).trim().split("\n");
    const own = lines.map((line): Record<string, unknown> => JSON.parse(line));
    // Java says -1 where no record is that late.
    const column = (name: string): string[] => own.map((one) => JSON.stringify(one[name] ?? -1));
    expect([column("begin"), column("end"), column("at")]).toEqual(java);
    expect(java).toEqual([
      ["1", "0", "0"],
      ["2", "2", "0"],
      ["1", "0", "-1"],
    ]);
  });

  test("topics shows sizes as kafka-log-dirs does, and hides Kafka's own topics", async () => {
    const dirs = await runJava("org.apache.kafka.tools.LogDirsCommand", [
      "--bootstrap-server",
      host,
      "--describe",
      "--topic-list",
      topic,
    ]);
    const size = [...dirs.matchAll(/"size":(\d+)/g)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
    const lines = (await printed("topics", "--json")).trim().split("\n");
    const topics = lines.map((line): JsonTopic => JSON.parse(line));
    expect(topics.find((one) => one.topic === topic)).toMatchObject({
      partitions: 3,
      messages: 3,
      bytes: size,
      lag: { [group]: 1 },
      internal: false,
    });
    expect(size).toBeGreaterThan(4_000);
    expect(topics.map((one) => one.topic)).not.toContain("__consumer_offsets");
    expect(await printed("topics", "--internal")).toMatch(/^__consumer_offsets /m);
  });

  test("groups reset commits what Kafka's own tool then shows, with the same lag", async () => {
    const { code, err } = await runCommand([
      "groups",
      "reset",
      group,
      topic,
      "--to",
      "@1795773660",
      "-y",
      "--host",
      host,
    ]);
    expect([code, err]).toEqual([0, "reset 3 offsets\n"]);
    const rows = await consumerGroupsTool(bootstrapServers, "--describe", "--group", group);
    const own: { readonly offsets: readonly Record<string, number>[] } = JSON.parse(
      await printed("groups", "describe", group, "--json"),
    );
    const java = rows.map((row) => [row["PARTITION"], row["CURRENT-OFFSET"], row["LOG-END-OFFSET"], row["LAG"]]);
    expect(own.offsets.map(({ partition, offset, end, lag }) => [partition, offset, end, lag].map(String))).toEqual(
      java.toSorted(),
    );
    expect(java.toSorted()).toEqual([
      ["0", "1", "2", "1"],
      ["1", "0", "2", "2"],
      ["2", "0", "0", "0"],
    ]);
    expect(await printed("groups")).toMatch(new RegExp(`^${group} +\\w+ +Empty`, "m"));
    expect(await printed("groups", "delete", group, "--yes")).toBe(`deleted group ${group}\n`);
    const left = await runCommand(["groups", "--host", host]);
    expect(left.code).toBe(0);
    expect(left.out).not.toContain(group);
  });

  test("members of a group are those that Kafka's own tool shows", async () => {
    const members = `${topic}-members`;
    await using consumer = new DataQueueConsumer(bootstrapServers, { topics: topic, group: members, from: "earliest" });
    for await (const _ of consumer) break;
    const rows = await consumerGroupsTool(bootstrapServers, "--describe", "--members", "--verbose", "--group", members);
    const text = await printed("groups", "describe", members);
    expect(rows).toHaveLength(1);
    expect(text).toContain(`${rows[0]?.["CONSUMER-ID"]} `);
    expect(text).toMatch(new RegExp(`${topic} 0,1,2$`, "m"));
    const refused = await runCommand(["groups", "reset", members, "--to", "latest", "--yes", "--host", host]);
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(refused.err).toContain(`group ${members} has 1 member`);
  });

  test("a gateway that only lets people read shows topics without sizes and groups", async () => {
    await using gateway = await serveGateway({ transport: kafkajs(host), port: 0, topics: [topic], roles: ["read"] });
    const { code, out, err } = await runCommand(["topics", "--host", gateway.url, "--json"]);
    expect([code, err]).toEqual([0, ""]);
    expect(JSON.parse(out)).toMatchObject({ topic, partitions: 3, messages: 3, bytes: null, lag: null });
    const created = await runCommand(["create", `${topic}-2`, "--host", gateway.url]);
    expect([created.code, created.out]).toEqual([1, ""]);
  });

  test("delete takes a topic away; again it says that there is none", async () => {
    const name = `${topic}-short`;
    expect(await printed("create", name)).toMatch(new RegExp(`^created ${name} with \\d+ partitions?\n$`));
    expect(await printed("delete", name, "--yes")).toBe(`deleted ${name}\n`);
    await using admin = new DataQueueAdmin(bootstrapServers);
    expect(await admin.listTopics()).not.toContain(name);
    const again = await runCommand(["delete", name, "--yes", "--host", host]);
    expect(again.code).toBe(1);
    expect(again.err).toContain(`${host} has no topic ${name}`);
  });
});
