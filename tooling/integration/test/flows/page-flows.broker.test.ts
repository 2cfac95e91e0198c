import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { afterAll, beforeAll } from "vitest";

import { pageFlows } from "./page-flows.ts";

// The newest Kafka, and the one that the page itself starts.
for (const version of ["4.4.0", "2.8.1"] as const) {
  describeKafka(`the flows of the Python library's page, on Kafka ${version} as it comes`, () => {
    let kafka: Kafka | undefined;
    beforeAll(async () => {
      kafka = await startKafka({ version });
    });
    afterAll(() => kafka?.stop());
    pageFlows(() => kafka?.bootstrapServers ?? []);
  });
}
