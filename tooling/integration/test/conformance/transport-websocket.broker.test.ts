import { serveGateway } from "@dataqueues/gateway";
import type { Gateway } from "@dataqueues/gateway";
import { transportCases } from "@dataqueues/testing";
import { largestValueBytes } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { casesThrough, gateways } from "./gateways.ts";

describeKafka("websocket keeps the transport contract", (bootstrapServers) => {
  describe.each(gateways)("through $name", (tested) => {
    let gateway: Gateway;
    beforeAll(async () => {
      gateway = await serveGateway({ transport: kafkajs(bootstrapServers), ...tested.options });
    });
    afterAll(() => gateway.close());

    const options = casesThrough(
      () => gateway.url,
      tested,
      () => kafkajs(bootstrapServers),
    );
    test.each(transportCases({ ...options, largestValueBytes }))("$name", ({ run }) =>
      expect(run()).resolves.toBeUndefined(),
    );
  });
});
