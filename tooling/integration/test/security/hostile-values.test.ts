import { expect, test } from "vitest";

import { attackConsumers, seed } from "./attack-consumers.ts";

test(
  `hostile values, keys and headers end no loop, hide no good record and change no built-in object (DATAQUEUES_SEED=${seed})`,
  { timeout: 300_000 },
  async () => {
    const mutants = 1_200;
    const bad = await attackConsumers(mutants);
    expect(Object.keys(bad)).toHaveLength(7);
    for (const count of Object.values(bad)) expect(count).toBeGreaterThan(mutants / 4);
  },
);
