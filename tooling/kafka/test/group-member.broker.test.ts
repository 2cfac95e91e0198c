import { Kafka, logLevel } from "kafkajs";
import { expect, test } from "vitest";

import { describeKafka } from "../src/describe-kafka.ts";
import { ownedPartitions } from "../src/group-member.ts";
import { runJava } from "../src/run-java.ts";
import { startGroupMember } from "../src/start-group-member.ts";

describeKafka("members of a group with other clients", (bootstrapServers) => {
  const kafka = new Kafka({ brokers: [...bootstrapServers], logLevel: logLevel.NOTHING });

  test("Java, librdkafka and aiokafka share a topic; each record is handled once, also those of who leaves", async () => {
    const topic = `members-${process.pid}-${Date.now()}`;
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 6 }] });
    await admin.disconnect();
    const producer = kafka.producer();
    await producer.connect();
    const send = (): Promise<unknown> => {
      const messages = Array.from({ length: 60 }, (_, index) => ({ value: `${index}`, partition: index % 6 }));
      return producer.send({ topic, messages });
    };
    await send();
    const common = { bootstrapServers, group: topic, topic, handleMs: 5 };
    await using java = await startGroupMember("java", common);
    await using librdkafka = await startGroupMember("librdkafka", common);
    const settings = { assignor: "range", heartbeat_interval_ms: 500 };
    await using aiokafka = await startGroupMember("aiokafka", { ...common, settings });
    const all = [java, librdkafka, aiokafka];
    const owned = (): number[] => all.map(({ lines }) => ownedPartitions(lines).length);
    const handled = (): string[] =>
      all.flatMap(({ lines }) =>
        lines.flatMap((line) => (line.event === "record" ? [`${line.partition} ${line.offset}`] : [])),
      );
    await expect.poll(owned, { timeout: 60_000 }).toEqual([2, 2, 2]);
    await send();
    await expect.poll(() => handled().length, { timeout: 30_000 }).toBe(120);
    await librdkafka.stop();
    await expect
      .poll(() => [...ownedPartitions(java.lines), ...ownedPartitions(aiokafka.lines)].length, { timeout: 30_000 })
      .toBe(6);
    expect(ownedPartitions(librdkafka.lines)).toEqual([]);
    await send();
    await producer.disconnect();
    await expect.poll(() => handled().length, { timeout: 30_000 }).toBe(180);
    await java.stop();
    await aiokafka.stop();
    expect(new Set(handled()).size).toBe(180);
    for (const member of all) member.check();
    const args = ["--bootstrap-server", bootstrapServers.join(","), "--describe", "--group", topic];
    const printed = await runJava("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", args);
    const places = [...printed.matchAll(/ (\d+) +30 +30 +0 /g)].map(([, partition]) => partition);
    expect(places.sort()).toEqual(["0", "1", "2", "3", "4", "5"]);
  });

  test("a member that ends by itself is told with its own words", async () => {
    const settings = { "group.protocol": "unheard-of" };
    const member = await startGroupMember("java", { bootstrapServers, group: "any", topic: "any", settings });
    await expect.poll(() => member.errors, { timeout: 30_000 }).toContain("unheard-of");
    await expect
      .poll(
        () => {
          try {
            member.check();
            return "";
          } catch (error) {
            return String(error);
          }
        },
        { timeout: 30_000 },
      )
      .toContain("the member java ended with 1: ");
  });
});
