import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { copyExample } from "../src/tarballs.ts";
import { manifestOf, root } from "../src/repository.ts";
import { run } from "../src/run.ts";

/** Examples that serve until they are stopped. */
const servers = ["signal-display"];
const programs = readdirSync(join(root, "examples")).filter((example) => !servers.includes(example));

describe.each(programs)("examples/%s, copied out of the repository,", (example) => {
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

test.each(servers)(
  "examples/%s, copied out of the repository, serves its page until it is stopped",
  async (example) => {
    const copy = mkdtempSync(join(tmpdir(), "dataqueues-example-"));
    try {
      await copyExample(example, copy, inject("tarballs"));
      const server = spawn(process.execPath, ["src/main.ts", "--port", "0"], {
        cwd: copy,
        stdio: ["ignore", "pipe", "inherit"],
      });
      const exited = once(server, "exit");
      const [line] = await once(createInterface(server.stdout), "line");
      const page = await fetch(/http:\S+/.exec(String(line))?.[0] ?? "");
      expect(await page.text()).toContain("<!doctype html>");
      server.kill("SIGINT");
      expect(await exited).toEqual([0, null]);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  },
);

test.each([
  ["docs/writing-a-codec.md", "examples/custom-codec"],
  ["docs/writing-a-transport.md", "examples/custom-transport"],
])("%s shows the code of %s as it is", (page, example) => {
  const shown = [...readFileSync(join(root, page), "utf8").matchAll(/^```[jt]s\n\/\/ (\S+)\n(.*?)^```$/gms)];
  expect(shown.length).toBeGreaterThan(2);
  for (const [, path = "", code] of shown) expect(readFileSync(join(root, example, path), "utf8")).toContain(code);
});
