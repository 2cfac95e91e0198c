import type { Transport } from "@dataqueues/core";
import { transportCases } from "@dataqueues/testing";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { expect, test } from "vitest";

describeKafka("kafkajs keeps the transport contract", (bootstrapServers) => {
  const transport = (): Transport => kafkajs(bootstrapServers);
  test.each(transportCases({ transport, largestValueBytes: 1_048_516 }))("$name", ({ run }) =>
    expect(run()).resolves.toBeUndefined(),
  );
});
