import { runPython, scripts } from "@dataqueues/tooling-python";
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";

const generators = readdirSync(scripts).filter((name) => name.endsWith("_vectors.py"));

test.each(generators)(
  "%s: the vectors that the packages' tests read are what the pinned Python writes",
  async (script) => {
    // It ends with 1, and this rejects, when one differs.
    expect(await runPython(script, ["--check"])).toContain("is what Python writes");
  },
  600_000,
);
