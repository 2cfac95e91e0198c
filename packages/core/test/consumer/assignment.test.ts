import { expect, test } from "vitest";

import { Assignment } from "../../src/consumer/assignment.ts";
import { partitionKey } from "../../src/contract/record.ts";
import type { TopicMetadata } from "../../src/contract/transport.ts";
import { failure } from "../scripted-log.ts";

test("an assignment of topics has every partition of them, and each topic once", () => {
  const wanted = Assignment.ofTopics(["b", "a", "b"]);
  expect(wanted.topics).toEqual(["b", "a"]);
  expect(wanted.has("a", 0)).toBe(true);
  expect(wanted.has("b", 999)).toBe(true);
  expect(wanted.has("c", 0)).toBe(false);
});

test("a single text is one topic", () => {
  expect(Assignment.ofTopics("abc").topics).toEqual(["abc"]);
});

test("an assignment of partitions has those and no others, and each topic once", () => {
  const wanted = Assignment.ofPartitions([
    ["b", 1],
    ["a", 0],
    ["b", 3],
    ["b", 1],
  ]);
  expect(wanted.topics).toEqual(["b", "a"]);
  expect([0, 1, 2, 3].filter((partition) => wanted.has("b", partition))).toEqual([1, 3]);
  expect([0, 1].filter((partition) => wanted.has("a", partition))).toEqual([0]);
  expect(wanted.has("c", 0)).toBe(false);
});

test("partitions that were not found are missing, each once; an assignment of topics misses none", () => {
  const pairs = [
    ["b", 1],
    ["a", 0],
    ["b", 1],
  ] as const;
  const found = new Map([[partitionKey("a", 0), "here"]]);
  expect(Assignment.ofPartitions(pairs).missingFrom(found)).toEqual([["b", 1]]);
  expect(Assignment.ofPartitions(pairs).missingFrom(new Map())).toEqual([
    ["b", 1],
    ["a", 0],
  ]);
  expect(Assignment.ofTopics("a").missingFrom(new Map())).toEqual([]);
});

test("what is no topic or partition is refused with the name of the argument", () => {
  expect(() => Assignment.ofTopics(["a", ""])).toThrow(/^topics\[1\] must be a topic's name/u);
  expect(() => Assignment.ofPartitions([["a", -1]])).toThrow(/^partitions\[0\]\[1\] must be a whole number/u);
});

test.each([
  [/^metrics-/, ["metrics-", "metrics-band-1"], ["metric", "my-metrics-1", "METRICS-1"]],
  [/metrics/i, ["metrics", "My-METRICS-1"], ["metric"]],
  [/^a|b$/, ["a", "ax", "xb"], ["xa", "bx", "c"]],
  [/(?:)/, ["a", "anything"], []],
  [/$./, [], ["a", ""]],
  [/^\p{L}$/u, ["ä"], ["äx", "1"]],
])("a pattern has the topics whose name it matches, with all their partitions: %s", (pattern, matching, others) => {
  const wanted = Assignment.ofTopics(pattern);
  expect([wanted.topics, wanted.isEmpty, wanted.missingFrom(new Map())]).toEqual([[], false, []]);
  for (const topic of matching) expect([wanted.hasTopic(topic), wanted.has(topic, 7)]).toEqual([true, true]);
  for (const topic of others) expect([wanted.hasTopic(topic), wanted.has(topic, 0)]).toEqual([false, false]);
});

test.each(["g", "y", "gy", "gi"])(
  "a pattern with the flags %s matches as often as it is asked, and is not changed",
  (flags) => {
    const pattern = new RegExp("a", flags);
    pattern.lastIndex = 1;
    const wanted = Assignment.ofTopics(pattern);
    // "y" would look at the beginning only, and both would go on where the last match ended.
    expect(Array.from({ length: 4 }, () => wanted.hasTopic("ba"))).toEqual([true, true, true, true]);
    expect([pattern.lastIndex, wanted.hasTopic("bA")]).toEqual([1, flags.includes("i")]);
  },
);

test("of metadata, what concerns the assignment is relevant; a pattern leaves internal topics out, a name does not", () => {
  const found = (topic: string, isInternal = false): TopicMetadata => ({ topic, partitions: [], isInternal });
  const refused: TopicMetadata = { topic: "a-refused", error: failure("TOPIC_AUTHORIZATION_FAILED") };
  const answers = [found("a"), found("b"), found("__consumer_offsets", true), found("__mine"), refused];
  const relevant = (assignment: Assignment): string[] => assignment.relevant(answers).map(({ topic }) => topic);
  expect(relevant(Assignment.ofTopics(/./))).toEqual(["a", "b", "__mine", "a-refused"]);
  expect(relevant(Assignment.ofTopics(/^__/))).toEqual(["__mine"]);
  expect(relevant(Assignment.ofTopics(["b", "__consumer_offsets", "c"]))).toEqual(["b", "__consumer_offsets"]);
  expect(relevant(Assignment.ofPartitions([["a", 3]]))).toEqual(["a"]);
});

test("an assignment is empty without a name and without a pattern", () => {
  expect(
    [Assignment.ofTopics([]), Assignment.ofPartitions([]), Assignment.ofTopics("a")].map((one) => one.isEmpty),
  ).toEqual([true, true, false]);
});
