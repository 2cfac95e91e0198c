import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

import { allNemeses } from "../src/all-nemeses.ts";
import { reliabilityPage } from "../src/report.ts";

const page = await readFile(reliabilityPage, "utf8");
const rows = page.split("\n").filter((line) => line.startsWith("|"));

test.for(allNemeses)("docs/reliability.md says how often $name acts", ({ name, cycles }) => {
  const numbers = [cycles.gate, cycles.usual, cycles.long].map((one) => one.toLocaleString("en")).join(" / ");
  expect(rows.filter((row) => row.includes(`\`${name}\``) && row.includes(` ${numbers} `))).toHaveLength(1);
});

test("every file that docs/reliability.md links to exists", () => {
  const links = [...page.matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link ?? "");
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((link) => !existsSync(join(dirname(reliabilityPage), link)))).toEqual([]);
});
