import { networkInterfaces } from "node:os";
import { startKafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { expect, test } from "vitest";

import { append, newTopic, readTo, record, text, openAll } from "./log.ts";

const loopback = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === "::1"),
);

describeKafka("Apache Kafka on an IPv6 address", () => {
  test.skipIf(!loopback)("is written to and read at [::1], which is also the address that it advertises", async () => {
    await using kafka = await startKafka({ host: "::1" });
    expect(kafka.bootstrapServers[0]).toMatch(/^\[::1\]:\d+$/);
    const connection = await openAll(kafkajs(kafka.bootstrapServers));
    const topic = await newTopic(connection);
    await append(connection, topic, [record("over IPv6")]);
    const { records } = await readTo(connection, topic, 1n);
    expect(records.map(({ value }) => text(value))).toEqual(["over IPv6"]);
    connection.close();
  });
});
