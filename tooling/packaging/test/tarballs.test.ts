import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { unpack } from "@publint/pack";
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { beforeAll, describe, expect, inject, test } from "vitest";

import { tarballOf } from "../src/tarballs.ts";
import { publishedPackages } from "../src/repository.ts";
import type { Manifest } from "../src/repository.ts";

describe.each(publishedPackages())("the tarball of $name", ({ name, folder, manifest: source }) => {
  let tarball: Uint8Array<ArrayBuffer>;
  let files: ReadonlyMap<string, string>;
  let manifest: Manifest;

  const text = (path: string): string => {
    const found = files.get(path);
    if (found === undefined) throw new Error(`${path} is not in the tarball of ${name}`);
    return found;
  };

  beforeAll(async () => {
    tarball = new Uint8Array(readFileSync(tarballOf(inject("tarballs"), { folder })));
    const unpacked = await unpack(tarball);
    const decoder = new TextDecoder();
    files = new Map(
      unpacked.files.map((each) => [each.name.slice(unpacked.rootDir.length + 1), decoder.decode(each.data)]),
    );
    manifest = JSON.parse(text("package.json"));
  });

  test("holds the code, its source, README, licence and changelog, nothing else", () => {
    const others = [...files.keys()].filter((path) => !/^(dist|src)\/.+\.(js|ts|map)$/.test(path));
    expect(others.filter((path) => path !== "CHANGELOG.md").toSorted()).toEqual([
      "LICENSE",
      "README.md",
      "package.json",
    ]);
  });

  test("has a built file for every source file, and none without a source file", () => {
    const modules = (start: string, end: RegExp): string[] =>
      [...files.keys()]
        .filter((path) => path.startsWith(start) && end.test(path))
        .map((path) => path.slice(start.length).replace(end, ""))
        .toSorted();
    const sources = modules("src/", /\.ts$/);
    expect(modules("dist/", /\.js$/), "remove dist and build again").toEqual(sources);
    expect(modules("dist/", /\.d\.ts$/)).toEqual(sources);
  });

  test("has source maps that point to the sources in it", () => {
    const maps = [...files.keys()].filter((path) => path.endsWith(".map"));
    expect(maps.length).toBeGreaterThan(0);
    for (const path of maps) {
      const { sources, sourceRoot = "" }: { sources: string[]; sourceRoot?: string } = JSON.parse(text(path));
      for (const each of sources) expect(files.keys()).toContain(posix.join(posix.dirname(path), sourceRoot, each));
    }
  });

  test("has a complete package.json", () => {
    expect(manifest).toMatchObject({
      name,
      type: "module",
      license: "BSD-3-Clause",
      sideEffects: false,
      engines: { node: ">=20.19" },
      repository: { directory: expect.stringMatching(/^packages\/[\w-]+$/) },
    });
    expect(manifest.exports).toEqual({
      ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
      "./package.json": "./package.json",
    });
    expect(manifest.keywords).toContain("dataqueues");
    expect(manifest.description).toMatch(/\w/);
    expect(Object.keys(manifest.scripts ?? {}).filter((script) => /install|prepare/.test(script))).toEqual([]);
  });

  test("depends on released versions only", () => {
    const ranges = Object.values({ ...manifest.dependencies, ...manifest.peerDependencies });
    for (const range of ranges) expect(range).toMatch(/^(?:[\^~]|>=)?\d+\.\d+\.\d+$/);
    expect(Object.keys(manifest.dependencies ?? {})).toEqual(Object.keys(source.dependencies ?? {}));
  });

  test("has types that import only its own files and its dependencies", () => {
    const own = new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }));
    for (const [path, declarations] of files) {
      if (!path.endsWith(".d.ts")) continue;
      for (const [, target = ""] of declarations.matchAll(/(?:\bfrom |\bimport\(|\bimport )"([^"]+)"/g)) {
        const inside = posix.join(posix.dirname(path), target.replace(/\.ts$/, ".d.ts"));
        if (target.startsWith(".")) expect(files.keys()).toContain(inside);
        else expect(own, `${path} imports ${target}`).toContain(target.startsWith("node:") ? "@types/node" : target);
      }
    }
  });

  test("passes publint", async () => {
    const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test("has types that every module resolution finds", async () => {
    const checked = await checkPackage(createPackageFromTarballData(tarball));
    const problems = "problems" in checked ? checked.problems : [{ kind: "NoTypes" }];
    // CommonJS loads ES modules with require since Node 20.19; node10 does not know exports maps.
    const expected = new Set(["CJSResolvesToESM", "NoResolution"]);
    expect(
      problems.filter(
        (problem) =>
          !expected.has(problem.kind) ||
          (problem.kind === "NoResolution" && "resolutionKind" in problem && problem.resolutionKind !== "node10"),
      ),
    ).toEqual([]);
  });
});
