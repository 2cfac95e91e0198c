import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import type { DataQueueEvent, Transport } from "@dataqueues/core";
import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { grant, grantGroup, login, passwords } from "./users.ts";
import type { User } from "./users.ts";

describeKafka("groups with TLS, logins and rights", () => {
  let kafka: Kafka;
  let host: string;
  let ssl: { readonly ca: string };
  const as = (user: User): Transport => kafkajs(host, { ssl, sasl: login("scram-sha-512", user) });

  beforeAll(async () => {
    const sasl = { mechanisms: ["PLAIN", "SCRAM-SHA-512"] as const, users: passwords, superUsers: ["admin"] };
    kafka = await startKafka({ security: { tls: {}, sasl } });
    host = kafka.bootstrapServers[0] ?? "";
    ssl = { ca: kafka.tls?.ca ?? "" };
    await using admin = new DataQueueAdmin(as("admin"));
    await admin.createTopics([["guarded", 2], "hidden"]);
    await grant(host, ssl, "guarded");
  });
  afterAll(() => kafka.stop());

  describe.each(["consumer", "classic"] as const)("in a %s group", (groupProtocol) => {
    const group = `mine-${groupProtocol}`;

    test("who may not be a member gets an error that names the group, and a later try succeeds", async () => {
      await using consumer = new DataQueueConsumer(as("reader"), { topics: "guarded", group, groupProtocol });
      await expect(consumer.connect()).rejects.toMatchObject({
        code: "GROUP_AUTHORIZATION_FAILED",
        message: expect.stringContaining(group),
      });
      await grantGroup(host, ssl, group);
      await expect.poll(() => consumer.connect().then(() => "joined", String), { timeout: 20_000 }).toBe("joined");
    });

    test("a member reads and commits, and the next one goes on there", async () => {
      await grantGroup(host, ssl, group);
      await using producer = new DataQueueProducer(as("writer"), { topic: "guarded" });
      const sent = await producer.send(Uint8Array.of(1), { partition: 0 });
      const events: DataQueueEvent[] = [];
      const consumer = new DataQueueConsumer(as("reader"), {
        topics: "guarded",
        group,
        groupProtocol,
        onEvent: (event) => void events.push(event),
      });
      for await (const message of consumer) {
        if (message.partition !== 0 || message.offset !== sent.offset) continue;
        await consumer.commit(message);
        break;
      }
      await consumer.close();
      expect(events.flatMap((event) => (event.type === "committed" ? event.offsets : []))).toContainEqual([
        "guarded",
        0,
        sent.offset + 1n,
      ]);
      const { offset } = await producer.send(Uint8Array.of(2), { partition: 0 });
      await using next = new DataQueueConsumer(as("reader"), { topics: "guarded", group, groupProtocol });
      for await (const message of next) {
        expect(message).toMatchObject({ partition: 0, offset });
        break;
      }
    });

    test("a topic that the member may not read is an error of connect that names it", async () => {
      await grantGroup(host, ssl, group);
      const topics = ["guarded", "hidden"];
      await using consumer = new DataQueueConsumer(as("reader"), { topics, group, groupProtocol });
      await expect(consumer.connect()).rejects.toMatchObject({
        code: "TOPIC_AUTHORIZATION_FAILED",
        message: expect.stringContaining("hidden"),
      });
    });
  });
});
