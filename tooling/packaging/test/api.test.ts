import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, expect, test } from "vitest";

import { apisOf } from "../src/apis-of.ts";
import { publishedPackages } from "../src/published-packages.ts";
import { root } from "../src/root.ts";

const recordedIn = join(root, "tooling/packaging/api");
const packages = publishedPackages();
let apis: ReadonlyMap<string, string>;

beforeAll(() => {
  apis = apisOf(packages);
});

test.each(packages)("$name exports what its file in tooling/packaging/api says", ({ name, folder }) => {
  const path = join(recordedIn, `${basename(folder)}.md`);
  const recorded = existsSync(path) ? readFileSync(path, "utf8") : "";
  expect(apis.get(name), "if it is meant, run `pnpm run api:update` and write a changeset").toBe(recorded);
});

test("tooling/packaging/api has a file for each package and no other", () => {
  expect(readdirSync(recordedIn).toSorted()).toEqual(packages.map(({ folder }) => `${basename(folder)}.md`).toSorted());
});
