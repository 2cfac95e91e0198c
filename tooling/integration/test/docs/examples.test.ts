import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const home = join(import.meta.dirname, "..", "..");
const root = join(home, "..", "..");
let folder: string;

beforeAll(async () => {
  // In this package, so that its dependencies are found.
  folder = await mkdtemp(join(home, "docs-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// Examples that are whole programs, and what they print.
test.each([
  ["README.md", 0, /^test-topic 0n Testing Testing\n$/],
  ["README.md", 1, /^$/],
  ["docs/observability.md", 0, /^$/],
])("the example of %s with index %i runs", { timeout: 60_000 }, async (page, index, printed) => {
  const blocks = [...(await readFile(join(root, page), "utf8")).matchAll(/^```ts\n(.*?)^```$/gms)];
  const file = join(folder, `example-${index}.ts`);
  await writeFile(file, blocks[index]?.[1] ?? "throw new Error('no such example')");
  const { stdout, stderr } = await run(process.execPath, ["--conditions=@dataqueues/source", file]);
  expect(stdout).toMatch(printed);
  expect(stderr).toBe("");
});
