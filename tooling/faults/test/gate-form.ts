import { expect, test } from "vitest";

import { runNemesis } from "../src/nemesis.ts";
import type { Nemesis } from "../src/nemesis.ts";
import type { SharedNodes } from "../src/shared-nodes.ts";

const seed = 20261124;

/** One test per nemesis, in the form of the gate. */
export function gateForm(nemeses: readonly Nemesis[], nodes: SharedNodes): void {
  for (const nemesis of nemeses.filter(({ cycles }) => cycles.gate > 0)) {
    test(`${nemesis.name}, seed ${seed}: every promise holds`, { timeout: 300_000 }, async () => {
      const { broken, ...result } = await runNemesis(nemesis, { form: "gate", seed, nodes });
      console.log(JSON.stringify(result));
      expect(broken).toEqual([]);
    });
  }
}
