import { expect, test } from "vitest";

import { TopicAccess } from "../../src/access/topic-access.ts";

test.each([
  ["metrics-gains", true],
  ["pointing", true],
  ["pointing-2", false],
  ["gains", false],
  // Kafka's own topics are meant by their names only.
  ["__consumer_offsets", false],
  ["__metrics-own", true],
  // No topic can be called that.
  [`metrics-${"a".repeat(242)}`, false],
  [`metrics-${"a".repeat(241)}`, true],
  ["metrics gains", false],
  ["metrics-gains\n", false],
])("of a list with names and patterns, %j is allowed: %s", (topic, isAllowed) => {
  const access = new TopicAccess("topics", ["pointing", /^metrics-/, /offsets/, "__metrics-own"]);
  expect(access.allows(topic)).toBe(isAllowed);
});

test("a pattern that keeps its place says the same each time", () => {
  const access = new TopicAccess("topics", [/metrics/g, /gains/y]);
  for (let i = 0; i < 3; i++) expect([access.allows("metrics"), access.allows("gains")]).toEqual([true, true]);
});

test.each([
  ["pointing", "topics must be a list of topics' names and RegExps"],
  [["a", "a", 5], "topics[2] must be a topic's name or a RegExp"],
  [[""], "topics[0] must be a topic's name or a RegExp"],
])("the list %j is refused by name", (topics, message) => {
  expect(() => new TopicAccess("topics", topics)).toThrow(message);
});
