import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { afterAll, expect, test } from "vitest";

import { logFaults } from "../src/log/log-faults.ts";
import { nodeFaults } from "../src/nodes/node-faults.ts";
import { runFault } from "../src/run-fault.ts";
import { SharedNodes } from "../src/shared-nodes.ts";

const seed = 20261124;

describeKafka("three nodes of Apache Kafka, the short form of the faults", () => {
  const nodes = new SharedNodes();
  afterAll(() => nodes[Symbol.asyncDispose]());

  for (const fault of [...nodeFaults, ...logFaults]) {
    test(`${fault.name}, seed ${seed}: every promise holds`, { timeout: 300_000 }, async () => {
      const { broken, acknowledged, ...row } = await runFault(fault, { form: "gate", seed, nodes });
      console.log(JSON.stringify({ acknowledged, ...row }));
      expect(broken).toEqual([]);
      expect(acknowledged).toBeGreaterThan(500);
    });
  }
});
