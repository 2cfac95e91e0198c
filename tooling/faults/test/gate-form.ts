import { expect, test } from "vitest";

import type { Fault } from "../src/fault.ts";
import { runFault } from "../src/run-fault.ts";
import type { SharedNodes } from "../src/shared-nodes.ts";

const seed = 20261124;

/** A test for each fault, in the form of the gate. */
export function gateForm(faults: readonly Fault[], nodes: SharedNodes): void {
  for (const fault of faults.filter(({ cycles }) => cycles.gate > 0)) {
    test(`${fault.name}, seed ${seed}: every promise holds`, { timeout: 300_000 }, async () => {
      const { broken, ...row } = await runFault(fault, { form: "gate", seed, nodes });
      console.log(JSON.stringify(row));
      expect(broken).toEqual([]);
    });
  }
}
