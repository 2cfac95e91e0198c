import { existsSync, readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";

import { changedApis, reportOf } from "../src/api-report.ts";
import { publishedPackages } from "../src/repository.ts";

const packages = publishedPackages();
let changed: readonly string[];

beforeAll(() => {
  changed = changedApis(packages, false);
});

test.each(packages)("$name exports what the report in its folder etc says", ({ name, folder }) => {
  expect(existsSync(reportOf(folder)), "run `pnpm records`").toBe(true);
  expect(readFileSync(reportOf(folder), "utf8")).toContain("export ");
  expect(changed, "if the change is meant, run `pnpm records` and write a changeset").not.toContain(name);
});
