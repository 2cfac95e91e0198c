import { readdirSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { copiedOut } from "../src/copied-out.ts";
import { manifestOf } from "../src/published-packages.ts";
import { root } from "../src/root.ts";
import { run } from "../src/run.ts";

const examples = readdirSync(join(root, "examples")).map((name) => ({ name, folder: join(root, "examples", name) }));

describe.each(examples)("examples/$name, copied out of the repository,", ({ folder }) => {
  let copy: string;

  beforeAll(async () => {
    copy = await copiedOut(folder, inject("tarballs"));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test("builds, passes its tests and runs with the packed packages alone", async () => {
    const scripts = ["build", "test", "start"].filter((script) => script in (manifestOf(folder).scripts ?? {}));
    expect(scripts).toContain("start");
    const env = { ...process.env, PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter) };
    for (const script of scripts) await run("npm", ["run", script], { cwd: copy, env });
  });
});
