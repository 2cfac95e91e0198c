import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { expect, test } from "vitest";

import { attackConsumers, seed } from "./attack-consumers.ts";

describeKafka("hostile values in Apache Kafka", ([host = ""]) => {
  test(`end no loop, hide no good record and change no built-in object (DATAQUEUES_SEED=${seed})`, async () => {
    const mutants = 100;
    const bad = await attackConsumers(mutants, host);
    expect(Object.keys(bad)).toHaveLength(7);
    for (const count of Object.values(bad)) expect(count).toBeGreaterThan(mutants / 4);
  });
});
