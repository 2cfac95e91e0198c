import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

import { lackingOf } from "./lacking-requests.ts";
import { testedBrokers } from "./tested-brokers.ts";

const page = await readFile(new URL("../../../../docs/reliability.md", import.meta.url), "utf8");
const section = /^## Tested brokers$.*?(?=^## )/ms.exec(page)?.[0] ?? "";
const rows = section
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split("|").map((cell) => cell.trim()));

test("the page of reliability names every broker that is tried, and no other", () => {
  expect(rows.map(([, name]) => name)).toEqual(testedBrokers.map(({ name }) => `\`${name}\``));
});

test.for(testedBrokers)("the page tells which requests $name lacks", ({ name }) => {
  const row = rows.find(([, shown]) => shown === `\`${name}\``);
  const lacking = lackingOf(name);
  expect(row?.[3]).toBe(lacking.length === 0 ? "nothing" : lacking.join(", "));
});
