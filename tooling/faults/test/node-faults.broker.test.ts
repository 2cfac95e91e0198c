import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { afterAll, expect, test } from "vitest";

import { nodeFaults } from "../src/nodes/node-faults.ts";
import { runFault, SharedNodes } from "../src/run-fault.ts";

const seed = 20261124;

describeKafka("three nodes of Apache Kafka, in the short form", () => {
  const nodes = new SharedNodes();
  afterAll(() => nodes[Symbol.asyncDispose]());

  for (const fault of nodeFaults) {
    test(`nothing is lost, doubled or out of order: ${fault.name}, seed ${seed}`, { timeout: 300_000 }, async () => {
      const row = await runFault(fault, { form: "gate", seed, nodes });
      console.log(JSON.stringify(row));
      expect(row.broken).toEqual([]);
      expect(row.acknowledged).toBeGreaterThan(500);
    });
  }
});
