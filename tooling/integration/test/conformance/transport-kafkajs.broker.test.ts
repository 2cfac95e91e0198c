import type { Transport } from "@dataqueues/core";
import { transportCases } from "@dataqueues/testing";
import { largestValueBytes } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { expect, test } from "vitest";

describeKafka("kafkajs keeps the transport contract", (bootstrapServers) => {
  const transport = (): Transport => kafkajs(bootstrapServers);
  test.each(transportCases({ transport, largestValueBytes }))("$name", ({ run }) =>
    expect(run()).resolves.toBeUndefined(),
  );
});
