import { DataQueueAdmin } from "@dataqueues/admin";
import { utf8 } from "@dataqueues/codec-text";
import { DataQueueConsumer, DataQueueProducer, TransportError } from "@dataqueues/core";
import type { DataQueueEvent, Message, Transport } from "@dataqueues/core";
import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { Kafka as Client, logLevel } from "kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { observed } from "../observed.ts";
import { grant, login, passwords, revoke } from "../security/users.ts";
import type { User } from "../security/users.ts";

type Text = Message<string | null>;

/** A message in short. */
const short = ({ topic, offset, value }: Text): string => `${topic} ${offset} ${value ?? "-"}`;

describeKafka("topics of Apache Kafka by a pattern", () => {
  let kafka: Kafka;
  let host: string;
  let admin: DataQueueAdmin;
  let producer: DataQueueProducer<string>;

  const as = (user: User): Transport => kafkajs(host, { sasl: login("plain", user) });
  const consumerOf = (user: User, topics: RegExp, events: DataQueueEvent[] = []): DataQueueConsumer<string | null> => {
    const onEvent = (event: DataQueueEvent): void => void events.push(event);
    return new DataQueueConsumer(as(user), { topics, encoding: utf8(), metadataMaxAgeMs: 200, onEvent });
  };

  beforeAll(async () => {
    kafka = await startKafka({
      security: { sasl: { mechanisms: ["PLAIN"], users: passwords, superUsers: ["admin"] } },
    });
    [host = ""] = kafka.bootstrapServers;
    admin = new DataQueueAdmin(as("admin"));
    producer = new DataQueueProducer(as("admin"), { encoding: utf8() });
  });
  afterAll(async () => {
    await Promise.all([admin.close(), producer.close()]);
    await kafka.stop();
  });

  async function newTopic(topic: string, ...values: string[]): Promise<void> {
    await admin.createTopics([topic]);
    for (const value of values) await producer.send(value, { topic });
  }

  /** The next messages in short, and the codes of errors between them. */
  async function next(loop: AsyncIterator<Text, undefined>, count: number): Promise<string[]> {
    const found: string[] = [];
    for (let messages = 0; messages < count;) {
      try {
        const { value } = await loop.next();
        if (value === undefined) throw new Error(`the loop ended after ${found.join()}`);
        found.push(short(value));
        messages += 1;
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        found.push(`${error.code} ${error.topic ?? ""}`);
      }
    }
    return found;
  }

  test("topics appear, go and come again while they are read, and Kafka's internal ones are left out", async () => {
    await newTopic("come-a", "1", "2");
    await newTopic("other", "0");
    const client = new Client({ brokers: [host], sasl: login("plain", "admin"), logLevel: logLevel.NOTHING });
    const other = client.admin();
    await other.connect();
    await other.setOffsets({ groupId: "group", topic: "come-a", partitions: [{ partition: 0, offset: "1" }] });
    expect(await other.listTopics()).toContain("__consumer_offsets");
    await other.disconnect();
    const events: DataQueueEvent[] = [];
    await using all = consumerOf("admin", /.*/);
    await using some = consumerOf("admin", /^come-/, events);
    const [loopOfAll, loop] = [all[Symbol.asyncIterator](), some[Symbol.asyncIterator]()];
    expect((await next(loopOfAll, 3)).sort()).toEqual(["come-a 0 1", "come-a 1 2", "other 0 0"]);
    expect(await next(loop, 2)).toEqual(["come-a 0 1", "come-a 1 2"]);
    expect([...new Set(all.positions().map(({ topic }) => topic))].sort()).toEqual(["come-a", "other"]);

    // What was sent before it was noticed is read too.
    await newTopic("come-b", "3", "4");
    for (const each of [loop, loopOfAll]) expect(await next(each, 2)).toEqual(["come-b 0 3", "come-b 1 4"]);

    await admin.deleteTopics(["come-a"]);
    await expect.poll(() => events.filter(({ type }) => type === "topicMissing")).toMatchObject([{ topic: "come-a" }]);
    await producer.send("5", { topic: "come-b" });
    for (const each of [loop, loopOfAll]) expect(await next(each, 1)).toEqual(["come-b 2 5"]);
    await newTopic("come-a", "6");
    for (const each of [loop, loopOfAll]) expect(await next(each, 1)).toEqual(["come-a 0 6"]);
    expect([...new Set(all.positions().map(({ topic }) => topic))].sort()).toEqual(["come-a", "come-b", "other"]);
  });

  test("topics that a user may not see are left out; they join when they are granted, and lose nothing in between", async () => {
    await newTopic("guarded-a", "1", "2");
    await newTopic("guarded-b", "3");
    await grant(host, false, "guarded-a");
    const events: DataQueueEvent[] = [];
    await using consumer = consumerOf("reader", /^guarded-/, events);
    const loop = consumer[Symbol.asyncIterator]();
    expect(await next(loop, 2)).toEqual(["guarded-a 0 1", "guarded-a 1 2"]);
    await grant(host, false, "guarded-b");
    await producer.send("4", { topic: "guarded-b" });
    expect(await next(loop, 2)).toEqual(["guarded-b 0 3", "guarded-b 1 4"]);

    await revoke(host, false, "guarded-a");
    await expect
      .poll(() => events.filter(({ type }) => type === "topicMissing"))
      .toMatchObject([{ topic: "guarded-a" }]);
    await producer.send("5", { topic: "guarded-a" });
    await producer.send("6", { topic: "guarded-b" });
    const found = await next(loop, 1);
    await grant(host, false, "guarded-a");
    await producer.send("7", { topic: "guarded-a" });
    found.push(...(await next(loop, 2)));
    // A fetch that began before can still bring the first of them.
    const messages = found.filter((one) => one !== "TOPIC_AUTHORIZATION_FAILED guarded-a");
    expect(messages.filter((one) => one.startsWith("guarded-a"))).toEqual(["guarded-a 2 5", "guarded-a 3 7"]);
    expect(messages.filter((one) => one.startsWith("guarded-b"))).toEqual(["guarded-b 2 6"]);
  });

  test("a topic that a user may see and not read is one error, and the others are read", async () => {
    await newTopic("seen-a", "1");
    await newTopic("seen-b", "2", "3");
    await grant(host, false, "seen-a", [["writer", "WRITE"]]);
    await grant(host, false, "seen-b", [["writer", "READ"]]);
    let refusals = 0;
    const transport = observed(as("writer"), {
      fetch:
        (fetch) =>
        async (...args) => {
          const fetched = await fetch(...args);
          refusals += fetched.filter(({ topic, error }) => topic === "seen-a" && error !== undefined).length;
          return fetched;
        },
    });
    await using consumer = new DataQueueConsumer(transport, {
      topics: /^seen-/,
      encoding: utf8(),
      metadataMaxAgeMs: 200,
    });
    const loop = consumer[Symbol.asyncIterator]();
    const denied = "TOPIC_AUTHORIZATION_FAILED seen-a";
    const found = await next(loop, 2);
    expect(found.toSorted()).toEqual([denied, "seen-b 0 2", "seen-b 1 3"].toSorted());
    // It is asked for again and again, and the same error is not told again.
    await expect.poll(() => refusals, { timeout: 30_000 }).toBeGreaterThan(2);
    await producer.send("4", { topic: "seen-b" });
    expect(await next(loop, 1)).toEqual(["seen-b 2 4"]);
    await grant(host, false, "seen-a", [["writer", "READ"]]);
    expect(await next(loop, 1)).toEqual(["seen-a 0 1"]);
  });
});
