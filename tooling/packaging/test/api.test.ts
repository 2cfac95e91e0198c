import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";

import { apiOf } from "../src/api-of.ts";
import { publishedPackages } from "../src/published-packages.ts";
import { root } from "../src/root.ts";

const api = join(root, "tooling/packaging/api");
const packages = publishedPackages();

test.each(packages)("$name exports what its file in tooling/packaging/api says", ({ name, folder }) => {
  const path = join(api, `${basename(folder)}.md`);
  const recorded = existsSync(path) ? readFileSync(path, "utf8") : "";
  expect(apiOf({ name, folder }), "if it is meant, run `pnpm run api:update` and write a changeset").toBe(recorded);
});

test("tooling/packaging/api has a file for each package and no other", () => {
  expect(readdirSync(api).toSorted()).toEqual(packages.map(({ folder }) => `${basename(folder)}.md`).toSorted());
});
