import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { publishedPackages, root } from "../src/repository.ts";

const lockfile = readFileSync(join(root, "pnpm-lock.yaml"), "utf8");
const workspace = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8");

test("the lockfile holds the hash of every package, and every package comes from the registry", () => {
  const resolutions = lockfile.match(/^ {4}resolution: .*$/gm) ?? [];
  expect(resolutions.length).toBeGreaterThan(100);
  expect(resolutions.filter((line) => !/^ {4}resolution: \{integrity: sha512-[\w+/=]+\}$/.test(line))).toEqual([]);
});

test("no package runs a script when it is installed; those that have one are listed", () => {
  const [, named = ""] = /^allowBuilds:\n((?: {2}.+\n)*)/m.exec(workspace) ?? [];
  expect(named.trim().split("\n").length).toBeGreaterThan(0);
  expect(named).not.toContain("true");
});

test("a new release is taken three days after it appeared, and none that is trusted less than the one before", () => {
  expect(workspace).toMatch(/^minimumReleaseAge: 4320$/m);
  expect(workspace).toMatch(/^trustPolicy: no-downgrade$/m);
  expect(workspace).not.toContain("minimumReleaseAgeExclude");
});

test.each(publishedPackages())("$name is published with provenance", ({ manifest }) => {
  expect(manifest.publishConfig).toMatchObject({ access: "public", provenance: true });
});
