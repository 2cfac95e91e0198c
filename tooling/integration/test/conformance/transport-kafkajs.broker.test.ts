import { transportCases } from "@dataqueues/testing";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { expect, test } from "vitest";

describeKafka("kafkajs keeps the transport contract", (bootstrapServers) => {
  test.each(transportCases({ transport: () => kafkajs(bootstrapServers) }))("$name", ({ run }) =>
    expect(run()).resolves.toBeUndefined(),
  );
});
