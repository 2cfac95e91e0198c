import { runPython, scripts } from "@dataqueues/tooling-python";
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";

const generators = readdirSync(scripts).filter((name) => name.endsWith("_vectors.py"));

test.each(generators)(
  "%s: the test vectors of the packages are what the pinned Python writes",
  async (script) => {
    // The script exits with 1 if a file differs, and then this rejects.
    expect(await runPython(script, ["--check"])).toContain("is what Python writes");
  },
  600_000,
);
