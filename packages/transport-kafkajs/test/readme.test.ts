import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

import { kafkaApis } from "../src/protocol/kafka-request.ts";

test("the README tells the versions of each request that are spoken", async () => {
  const page = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| (\w+) +\| (\d+) to (\d+) +\|/gm)].map(([, ...cells]) => cells);
  expect(rows).toEqual(Object.values(kafkaApis).map(({ name, min, max }) => [name, `${min}`, `${max}`]));
});
