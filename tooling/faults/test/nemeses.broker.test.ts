import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { afterAll } from "vitest";

import { kafkaNemeses } from "../src/all-nemeses.ts";
import { SharedNodes } from "../src/shared-nodes.ts";
import { gateForm } from "./gate-form.ts";

describeKafka("nemeses of a real Kafka, in the form of the gate", () => {
  const nodes = new SharedNodes();
  afterAll(() => nodes[Symbol.asyncDispose]());
  gateForm(kafkaNemeses, nodes);
});
