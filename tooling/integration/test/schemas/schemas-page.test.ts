import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, expect, test } from "vitest";

import { refusedByCompiler } from "../refused-by-compiler.ts";

const run = promisify(execFile);
const home = join(import.meta.dirname, "../..");
const root = join(home, "../..");

/** The files of the page: each TypeScript block starts with its name. */
let folder: string;
let printed: string | undefined;

beforeAll(async () => {
  const page = await readFile(join(root, "docs/schemas.md"), "utf8");
  // Inside this package, so that its dependencies are found.
  folder = await mkdtemp(join(home, "docs-"));
  for (const [, name = "", code = ""] of page.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)) {
    await writeFile(join(folder, name), code);
  }
  printed = /^```text\n(.*?)^```$/ms.exec(page)?.[1];
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test("the code of docs/schemas.md prints the text on the page", { timeout: 60_000 }, async () => {
  const { stdout } = await run(process.execPath, ["--conditions=@dataqueues/source", join(folder, "main.ts")]);
  expect(stdout).toBe(printed);
});

test("the compiler accepts the files of docs/schemas.md", { timeout: 120_000 }, async () => {
  expect(await refusedByCompiler(folder)).toBeUndefined();
});
