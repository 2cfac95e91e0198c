import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { afterAll } from "vitest";

import { loadFaults } from "../src/load/load-faults.ts";
import { logFaults } from "../src/log/log-faults.ts";
import { networkFaults } from "../src/network/network-faults.ts";
import { nodeFaults } from "../src/nodes/node-faults.ts";
import { SharedNodes } from "../src/shared-nodes.ts";
import { gateForm } from "./gate-form.ts";

describeKafka("three nodes of Apache Kafka, the short form of the faults", () => {
  const nodes = new SharedNodes();
  afterAll(() => nodes[Symbol.asyncDispose]());
  gateForm([...nodeFaults, ...networkFaults, ...logFaults, ...loadFaults], nodes);
});
