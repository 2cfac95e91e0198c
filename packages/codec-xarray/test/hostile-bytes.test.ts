import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const seed = Date.now() % 2 ** 31;
const mutantsOfEach = 1_000;

// In a process of its own, because what this is about ends a process: memory that runs out cannot be caught.
test(`no truncation and no mutant of a vector does anything but fail with a code or give a Dataset (seed ${seed})`, async () => {
  const script = join(import.meta.dirname, "hostile-bytes-child.ts");
  const args = [
    "--max-old-space-size=200",
    "--conditions=@dataqueues/source",
    script,
    String(seed),
    String(mutantsOfEach),
  ];
  const { stdout } = await run(process.execPath, args, { timeout: 120_000 });
  const result: { mutants: number; truncations: number; valid: number } = JSON.parse(stdout);
  expect(result.mutants).toBeGreaterThanOrEqual(10_000);
  expect(result.truncations).toBeGreaterThan(30_000);
  expect(result.valid).toBeLessThan(result.mutants / 2);
}, 130_000);
