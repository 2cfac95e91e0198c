import type { Transport } from "@dataqueues/core";
import { transportCases } from "@dataqueues/testing";
import { largestValueBytes, startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

describeKafka("kafkajs keeps the transport contract", (bootstrapServers) => {
  const transport = (): Transport => kafkajs(bootstrapServers);
  test.each(transportCases({ transport, capabilities: { groups: true }, largestValueBytes }))("$name", ({ run }) =>
    expect(run()).resolves.toBeUndefined(),
  );
});

describeKafka("kafkajs keeps what the transport contract says of leaders, with three brokers", () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka({ nodes: 3 });
  });
  afterAll(() => kafka.stop());
  const transport = (): Transport => kafkajs(kafka.bootstrapServers);
  const cases = transportCases({ transport, capabilities: { groups: true } }).filter(({ name }) =>
    /lead|asked for first/.test(name),
  );
  test.each(cases)("$name", ({ run }) => expect(run()).resolves.toBeUndefined());
});
