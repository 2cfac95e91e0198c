import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..", "..", "..");
const page = join(root, "docs", "pitfalls.md");
const rows = readFileSync(page, "utf8").matchAll(/^\| +(\d+) +\|.*\|(.*)\|$/gm);

test("docs/pitfalls.md has 22 pitfalls, each with a test that names it and links to files that exist", () => {
  const tests = globSync(["packages/*/test/**/*.ts", "tooling/integration/test/**/*.ts"], { cwd: root });
  const named = new Set<number>();
  for (const file of tests) {
    for (const [, numbers = ""] of readFileSync(join(root, file), "utf8").matchAll(/"pitfall ([\d and]+):/g)) {
      for (const number of numbers.split(" and ")) named.add(Number(number));
    }
  }
  const listed: number[] = [];
  for (const [, number, where = ""] of rows) {
    listed.push(Number(number));
    const links = [...where.matchAll(/\]\((.*?)\)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(join(dirname(page), link)))).toEqual([]);
  }
  expect(listed).toEqual(Array.from({ length: 22 }, (_, index) => index + 1));
  expect(listed.filter((number) => !named.has(number))).toEqual([]);
});
