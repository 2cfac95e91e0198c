import { describe, expect, test } from "vitest";

import { checkTopic, isIterable, topicNames, topicPartitions } from "../../src/shared/check-topics.ts";

function refusal(message: string): unknown {
  return expect.objectContaining({ name: "DataQueueError", code: "INVALID_ARGUMENT", message });
}

test("any text that is not empty may be a topic: the log itself knows which it allows", () => {
  expect(checkTopic("topic", "a")).toBe("a");
  expect(checkTopic("topic", "no topic / of Kafka's")).toBe("no topic / of Kafka's");
});

test.each([
  ["", '""'],
  [5, "5"],
  [undefined, "undefined"],
  [["a"], "a list"],
])("what is no topic is refused with the name of the argument: %o", (topic, shown) => {
  expect(() => checkTopic("options.topic", topic)).toThrow(
    refusal(`options.topic must be a topic's name, not ${shown}`),
  );
});

describe("the names of topics", () => {
  test("are one text, or all texts of an iterable", () => {
    expect(topicNames("topics", "abc")).toEqual(["abc"]);
    expect(topicNames("topics", [])).toEqual([]);
    expect(topicNames("topics", ["a", "b", "a"])).toEqual(["a", "b", "a"]);
    expect(topicNames("topics", new Set(["b", "a"]))).toEqual(["b", "a"]);
  });

  test.each([
    ["", 'topics must be a topic\'s name, not ""'],
    [5, "topics must be a topic's name or a list of them, not 5"],
    [null, "topics must be a topic's name or a list of them, not null"],
    [undefined, "topics must be a topic's name or a list of them, not undefined"],
    [{ 0: "a", length: 1 }, "topics must be a topic's name or a list of them, not a Object"],
    [["a", ""], 'topics[1] must be a topic\'s name, not ""'],
    [[5, "a"], "topics[0] must be a topic's name, not 5"],
  ])("are refused with the index of the one that is no topic: %o", (topics, message) => {
    expect(() => Reflect.apply(topicNames, undefined, ["topics", topics])).toThrow(refusal(message));
  });
});

describe("pairs of topic and partition", () => {
  test("may come from any iterable", () => {
    expect(topicPartitions("pairs", [])).toEqual([]);
    expect(topicPartitions("pairs", [["a", 0]])).toEqual([["a", 0]]);
    expect(topicPartitions("pairs", new Set([["a", 0] as const, ["b", 2 ** 31 - 1] as const]))).toEqual([
      ["a", 0],
      ["b", 2_147_483_647],
    ]);
  });

  test.each([
    ["a0", 'pairs must be a list of pairs of topic and partition, not "a0"'],
    [5, "pairs must be a list of pairs of topic and partition, not 5"],
    [undefined, "pairs must be a list of pairs of topic and partition, not undefined"],
    [["a", 0], 'pairs[0] must be a pair of topic and partition, not "a"'],
    [[["a", 0], { topic: "a" }], "pairs[1] must be a pair of topic and partition, not a Object"],
    [[["", 0]], 'pairs[0][0] must be a topic\'s name, not ""'],
    [
      [
        ["a", 0],
        [5, 0],
      ],
      "pairs[1][0] must be a topic's name, not 5",
    ],
    [[["a", -1]], "pairs[0][1] must be a whole number from 0 to 2147483647, not -1"],
    [[["a"]], "pairs[0][1] must be a whole number from 0 to 2147483647, not undefined"],
    [[["a", "0"]], 'pairs[0][1] must be a whole number from 0 to 2147483647, not "0"'],
  ])("are refused with the part that is wrong: %o", (pairs, message) => {
    expect(() => Reflect.apply(topicPartitions, undefined, ["pairs", pairs])).toThrow(refusal(message));
  });
});

test("only an object with an iterator is a list", () => {
  expect([[], new Set(), new Map(), new Uint8Array()].every(isIterable)).toBe(true);
  expect([{}, null, undefined, "text", 5, () => []].some(isIterable)).toBe(false);
});
