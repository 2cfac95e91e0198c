import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

import { testedBrokers } from "../versions/tested-brokers.ts";

const page = await readFile(new URL("../../../../docs/reliability.md", import.meta.url), "utf8");
const section = /^## Tested brokers$.*?(?=^## )/ms.exec(page)?.[0] ?? "";
const rows = section
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split("|").map((cell) => cell.trim()));

test("docs/reliability.md lists every tested broker, and no other", () => {
  expect(rows.map(([, name]) => name)).toEqual(testedBrokers.map(({ name }) => `\`${name}\``));
});

test.for(testedBrokers)("docs/reliability.md lists the requests that $name lacks", ({ name, missing }) => {
  const row = rows.find(([, shown]) => shown === `\`${name}\``);
  expect(row?.[3]).toBe(missing.length === 0 ? "nothing" : missing.join(", "));
});
