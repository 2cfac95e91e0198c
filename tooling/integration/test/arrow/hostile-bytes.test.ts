import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);
const mutantsOfEach = 300;

interface Result {
  readonly truncations: number;
  readonly mutants: number;
  readonly valid: number;
  readonly slowestMs: number;
  readonly codes: Readonly<Record<string, number>>;
}

// In a process of its own, because running out of memory ends the process and cannot be caught.
test(`every truncation and mutant of a table fails with a code or gives one that can be used (DATAQUEUES_SEED=${seed})`, async () => {
  const script = join(import.meta.dirname, "hostile-bytes.ts");
  const args = ["--max-old-space-size=200", "--conditions=@dataqueues/source", script, `${seed}`, `${mutantsOfEach}`];
  const { stdout } = await run(process.execPath, args, { timeout: 240_000 });
  const { mutants, truncations, valid, codes }: Result = JSON.parse(stdout);
  expect(mutants).toBeGreaterThanOrEqual(10_000);
  expect(truncations).toBeGreaterThan(10_000);
  expect(valid).toBeLessThan(mutants / 2);
  expect(codes["flatbuffer"]).toBeGreaterThan(100);
}, 250_000);
