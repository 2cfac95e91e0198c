import { readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { emptyProject } from "../src/tarballs.ts";
import { nodeBinaries } from "../src/node-binaries.ts";
import { root } from "../src/repository.ts";
import { run } from "../src/run.ts";
import { writeFilesOfPage } from "../src/code-blocks.ts";

const nodes = nodeBinaries();
let project: string;

beforeAll(async () => {
  project = await emptyProject(inject("tarballs"), ["dataqueues", "@dataqueues/arrays"]);
  // The project does not say that its programs are ES modules.
  await run("npm", ["pkg", "delete", "type"], { cwd: project });
  writeFilesOfPage("esm.md", project);
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

test.each(nodes)("CommonJS requires the packages on Node $version", async ({ path }) => {
  const { stdout } = await run(path, ["weather.cjs"], { cwd: project });
  expect(stdout).toBe("offset 0\n");
});

describe.each([
  ["TypeScript 7", join(root, "node_modules/.bin/tsc")],
  ["TypeScript 6", join(root, "tooling/packaging/node_modules/.bin/tsc")],
])("%s", (_, tsc) => {
  const types = ["--typeRoots", join(root, "node_modules/@types")];
  const compiled = (module: string): Promise<string> =>
    run(tsc, ["-p", ".", ...types, "--module", module], { cwd: project }).then(
      ({ stdout }) => stdout,
      (error: unknown) => String(error),
    );

  test.each(["nodenext", "node20"])("compiles CommonJS with the module %s to what Node runs", async (module) => {
    expect(await compiled(module)).toBe("");
    for (const { path } of nodes) {
      expect((await run(path, ["static.cjs"], { cwd: project })).stdout).toBe("true function\n");
      expect((await run(path, ["dynamic.cjs"], { cwd: project })).stdout).toBe("function\n");
    }
  });

  test("refuses CommonJS with the module node16, except for the dynamic import", async () => {
    const output = await compiled("node16");
    expect(output).toContain("static.cts(1,34): error TS1479");
    expect(output).not.toContain("dynamic.cts");
  });
});

describe("esbuild", () => {
  beforeAll(async () => {
    symlinkSync(join(root, "tooling/packaging/node_modules/esbuild"), join(project, "node_modules/esbuild"));
    await run(process.execPath, ["build.mjs"], { cwd: project });
  });

  test.each(["service.cjs", "service.mjs"])("makes a %s that needs no other file", async (file) => {
    const alone = join(project, "dist", file);
    for (const { path } of nodes) expect((await run(path, [alone], { cwd: "/" })).stdout).toBe("offset 0\n");
    // The Kafka client is part of it: it tries to connect.
    const failed: unknown = await run(process.execPath, [alone, "localhost:1"], { cwd: "/" }).catch((error) => error);
    expect(String(failed)).toContain("ECONNREFUSED");
  });

  test("makes a module for browsers that imports nothing", () => {
    const page = readFileSync(join(project, "dist/page.mjs"), "utf8");
    expect(page).toContain("arrayOf");
    expect(page).not.toMatch(/^import |require\(/m);
  });
});

describe("Jest", () => {
  beforeAll(async () => {
    // The date fixes the versions of what Jest itself depends on.
    const asOf = ["--before", "2026-11-20", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
    const packages = ["jest@30.5.2", "@babel/plugin-transform-modules-commonjs@7.28.6"];
    await run("npm", ["install", "--no-save", ...asOf, ...packages], { cwd: project });
  }, 180_000);

  /** Runs Jest and returns how many tests passed, or its output. */
  const jest = (node: string, flags: readonly string[], ...args: string[]): Promise<string> =>
    run(node, [...flags, "node_modules/jest/bin/jest.js", ...args], { cwd: project }).then(
      ({ stderr }) => /^Tests: .*$/m.exec(stderr)?.[0] ?? stderr,
      (error: unknown) => String(error),
    );

  test.each(nodes)("runs tests that are ES modules with the flag, on Node $version", async ({ path }) => {
    expect(await jest(path, ["--experimental-vm-modules"], "--config", "jest.config.cjs", "weather.test.mjs")).toMatch(
      /1 passed, 1 total/,
    );
  });

  test.each(nodes)("runs tests in CommonJS with the packages translated, on Node $version", async ({ path }) => {
    expect(await jest(path, [], "--config", "jest.commonjs.config.cjs")).toMatch(/1 passed, 1 total/);
  });

  test("runs tests in CommonJS with the flag alone, on the Node of the scripts", async () => {
    const args = ["--config", "jest.config.cjs", "weather.test.cjs"];
    expect(await jest(process.execPath, ["--experimental-vm-modules"], ...args)).toMatch(/1 passed, 1 total/);
    expect(await jest(process.execPath, [], ...args)).toContain("Must use import to load ES Module");
  });
});
