import { transform } from "esbuild";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { closureOf } from "../src/closure.ts";
import { emptyProject } from "../src/tarballs.ts";
import { exampleOf, importsOf } from "../src/code-blocks.ts";
import { recordedInstalls } from "../src/packages-page.ts";
import { nodeBinaries } from "../src/node-binaries.ts";
import { publishedPackages, root } from "../src/repository.ts";
import { run } from "../src/run.ts";

const nodes = nodeBinaries();

/** Packages whose users have Node's types: they take servers of Node. */
const withNodeTypes: readonly string[] = publishedPackages()
  .filter(({ manifest }) => "@types/node" in (manifest.peerDependencies ?? {}))
  .map(({ name }) => name);

describe.each(publishedPackages())("$name alone in an empty project", ({ name, folder }) => {
  let project: string;

  beforeAll(async () => {
    project = await emptyProject(inject("tarballs"), [name]);
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  test("brings along the dependencies that docs/packages.md lists", () => {
    const lock: { packages: Record<string, unknown> } = JSON.parse(
      readFileSync(join(project, "node_modules/.package-lock.json"), "utf8"),
    );
    const installed = Object.keys(lock.packages).map((path) => path.slice(path.lastIndexOf("node_modules/") + 13));
    const closure = closureOf(folder);
    const binaries = new Set(closure.flatMap((each) => each.binaries));
    const expected = [name, ...closure.map((each) => each.name)];
    expect([...new Set(installed)].filter((each) => !binaries.has(each)).toSorted()).toEqual(expected.toSorted());
    const native = closure.filter((each) => each.binaries.length > 0);
    expect(installed.filter((each) => binaries.has(each))).toHaveLength(native.length);
  });

  test("takes as much room on the disk as docs/packages.md tells; if not, run `pnpm records`", () => {
    const folder = join(project, "node_modules");
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const size = files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
    const recorded = recordedInstalls(readFileSync(join(root, "docs/packages.md"), "utf8")).get(name) ?? 0;
    // 50 kB are half of the last digit shown; npm adds its own list of what is installed.
    expect(Math.abs(recorded - size)).toBeLessThan(size * 0.1 + 100_000);
  });

  test.each(nodes)("is imported and required on Node $version", async ({ path }) => {
    const count = `console.log(Object.keys(loaded).length > 0)`;
    const imported = await run(path, ["--input-type=module", "-e", `import * as loaded from "${name}"; ${count}`], {
      cwd: project,
    });
    expect(imported).toEqual({ stdout: "true\n", stderr: "" });
    const required = await run(path, ["--input-type=commonjs", "-e", `const loaded = require("${name}"); ${count}`], {
      cwd: project,
    });
    expect(required.stdout).toBe("true\n");
  });
});

describe.each(publishedPackages())("the README's example of $name", ({ name, folder }) => {
  let project: string;
  let example: string;

  beforeAll(async () => {
    example = exampleOf(folder);
    project = await emptyProject(inject("tarballs"), [...new Set([name, ...importsOf(example)])]);
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  test("compiles, with the declarations of all packages", async () => {
    writeFileSync(join(project, "example.ts"), example);
    const needsNode =
      closureOf(folder).some((each) => each.name === "kafkajs") ||
      importsOf(example).some((each) => withNodeTypes.includes(each));
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: "nodenext",
      target: "es2023",
      lib: ["es2023", "esnext.disposable", "dom", "dom.asynciterable"],
      // kafkajs and gateways need Node's types; our other packages must compile without them.
      types: needsNode ? ["node"] : [],
      typeRoots: [join(root, "node_modules/@types")],
    };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["example.ts"] }));
    const { stdout } = await run(join(root, "node_modules/.bin/tsc"), ["-p", "."], { cwd: project });
    expect(stdout).toBe("");
  });

  test.each(nodes)("runs on Node $version", async ({ path, version }) => {
    const { code } = await transform(example, { loader: "ts", format: "esm", target: "node20.19" });
    writeFileSync(join(project, "example.mjs"), code);
    // Node 20 has a WebSocket only on request, and warns that it is new.
    const flags = version.startsWith("v20.") ? ["--experimental-websocket", "--no-warnings"] : [];
    const { stdout, stderr } = await run(path, [...flags, "example.mjs"], { cwd: project, timeout: 30_000 });
    expect(stderr).toBe("");
    expect(stdout).not.toBe("");
  });
});
