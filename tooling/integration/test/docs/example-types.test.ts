import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { refusedByCompiler } from "../refused-by-compiler.ts";

const home = join(import.meta.dirname, "../..");
const root = join(home, "../..");
let folder: string;

beforeAll(async () => {
  // In this package, so that its dependencies are found.
  folder = await mkdtemp(join(home, "docs-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the compiler accepts the examples of pages on reading, formats and topics", { timeout: 120_000 }, async () => {
  for (const name of ["admin", "batches", "bounds", "calibration", "formats", "latest", "streams"]) {
    const page = await readFile(join(root, "docs", `${name}.md`), "utf8");
    for (const [index, [, code = ""]] of [...page.matchAll(/^```ts\n(.*?)^```$/gms)].entries()) {
      await writeFile(join(folder, `${name}-${index}.ts`), code);
    }
  }
  expect(await refusedByCompiler(folder)).toBeUndefined();
});
