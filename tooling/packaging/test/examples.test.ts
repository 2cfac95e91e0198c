import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { copyExample } from "../src/tarballs.ts";
import { manifestOf, root } from "../src/repository.ts";
import { run } from "../src/run.ts";

describe.each(readdirSync(join(root, "examples")))("examples/%s, copied out of the repository,", (example) => {
  let copy: string;

  beforeAll(async () => {
    copy = mkdtempSync(join(tmpdir(), "dataqueues-example-"));
    await copyExample(example, copy, inject("tarballs"));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test("builds, passes its tests and runs with the packed packages alone", async () => {
    const scripts = ["build", "test", "start"].filter((script) => script in (manifestOf(copy).scripts ?? {}));
    expect(scripts).toContain("start");
    const env = { ...process.env, PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter) };
    for (const script of scripts) await run("npm", ["run", script], { cwd: copy, env });
  });
});

test.each([
  ["docs/writing-a-codec.md", "examples/custom-codec"],
  ["docs/writing-a-transport.md", "examples/custom-transport"],
])("%s shows the code of %s as it is", (page, example) => {
  const shown = [...readFileSync(join(root, page), "utf8").matchAll(/^```[jt]s\n\/\/ (\S+)\n(.*?)^```$/gms)];
  expect(shown.length).toBeGreaterThan(2);
  for (const [, path = "", code] of shown) expect(readFileSync(join(root, example, path), "utf8")).toContain(code);
});
