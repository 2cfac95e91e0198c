import { expect, test } from "vitest";
import { groupBy } from "../../src/index.ts";

test("groups stand in the order of their first items, and keep the order of their own", () => {
  const places: [string, number][] = [["b", 1], ["a", 2], ["b", 0]]; // prettier-ignore
  expect([...groupBy(places, ([topic]) => topic)]).toEqual([
    ["b", [places[0], places[2]]],
    ["a", [places[1]]],
  ]);
  expect(groupBy(new Set<string>(), (word) => word).size).toBe(0);
});
