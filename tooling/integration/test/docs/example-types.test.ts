import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const home = join(import.meta.dirname, "../..");
const root = join(home, "../..");
let folder: string;

beforeAll(async () => {
  // In this package, so that its dependencies are found.
  folder = await mkdtemp(join(home, "docs-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the compiler accepts the examples of docs/formats.md and docs/streams.md", { timeout: 120_000 }, async () => {
  for (const name of ["formats", "streams"]) {
    const page = await readFile(join(root, "docs", `${name}.md`), "utf8");
    for (const [index, [, code = ""]] of [...page.matchAll(/^```ts\n(.*?)^```$/gms)].entries()) {
      await writeFile(join(folder, `${name}-${index}.ts`), code);
    }
  }
  const config = {
    extends: "../../../tsconfig.tests.json",
    compilerOptions: { rootDir: "../../.." },
    include: ["*.ts"],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  const failed = await run(join(root, "node_modules/.bin/tsc"), ["-p", folder]).then(
    () => undefined,
    (error: { readonly stdout: string }) => error.stdout,
  );
  expect(failed).toBeUndefined();
});
