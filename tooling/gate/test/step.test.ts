import { expect, test } from "vitest";

import { runStep } from "../src/step.ts";
import type { Tool } from "../src/step.ts";

const tools: readonly Tool[] = ["oxfmt", "oxlint", "tsc", "turbo", "typedoc", "vitest"];

test.each(tools)("%s runs without a shell, and without being on the PATH", async (tool) => {
  const path = process.env["PATH"];
  process.env["PATH"] = "/nowhere";
  try {
    expect(await runStep({ name: tool, command: [tool, "--version"] })).toBe(0);
  } finally {
    process.env["PATH"] = path;
  }
});

test("a step's exit code is that of its tool", async () => {
  expect(await runStep({ name: "types", command: ["tsc", "--no-such-option"] })).toBe(1);
});
