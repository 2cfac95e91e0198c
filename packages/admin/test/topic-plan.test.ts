import { expect, test } from "vitest";

import { planTopics } from "../src/topic-plan.ts";
import type { TopicRequest } from "../src/topic-plan.ts";

test.each<{ requests: string | readonly TopicRequest[]; plan: readonly (readonly [string, number | undefined])[] }>([
  { requests: [], plan: [] },
  { requests: "abc", plan: [["abc", undefined]] },
  {
    requests: ["a", "b"],
    plan: [
      ["a", undefined],
      ["b", undefined],
    ],
  },
  { requests: [["a", 6]], plan: [["a", 6]] },
  {
    requests: [
      ["a", 1],
      ["b", 2 ** 31 - 1],
    ],
    plan: [
      ["a", 1],
      ["b", 2_147_483_647],
    ],
  },
  // A topic that is named twice gets the larger number, in whatever order.
  {
    requests: ["a", "b", "a"],
    plan: [
      ["a", undefined],
      ["b", undefined],
    ],
  },
  { requests: [["a", 6], ["a", 2], "a"], plan: [["a", 6]] },
  { requests: ["a", ["a", 2], ["a", 6]], plan: [["a", 6]] },
  { requests: [["a", 1], "a"], plan: [["a", 1]] },
])("each topic is planned once, in order: $requests", ({ requests, plan }) => {
  expect([...planTopics(requests)]).toEqual(plan);
});

test("topics may come from any iterable", () => {
  expect([...planTopics(new Set(["b", "a"]))]).toEqual([
    ["b", undefined],
    ["a", undefined],
  ]);
  expect([...planTopics(new Map([["a", 3]]))]).toEqual([["a", 3]]);
});

test.each([0, -1, 1.5, 2 ** 31, Number.NaN, Infinity, "6", null, 6n])(
  "a minimum of %s partitions is refused",
  (least) => {
    expect(() => Reflect.apply(planTopics, undefined, [["good", ["a", least]]])).toThrow(
      expect.objectContaining({
        name: "DataQueueError",
        code: "INVALID_PARTITIONS",
        topic: "a",
        message: `topic a: a minimum of ${least} partitions is not a positive integer`,
      }),
    );
  },
);

test.each([
  [undefined, "topics must be a topic's name or a list of them, not undefined"],
  [null, "topics must be a topic's name or a list of them, not null"],
  [5, "topics must be a topic's name or a list of them, not 5"],
  [{ topic: "a" }, "topics must be a topic's name or a list of them, not a Object"],
  ["", 'topics[0] must be a topic\'s name, not ""'],
  [["a", ""], 'topics[1] must be a topic\'s name, not ""'],
  [["a", 5], "topics[1] must be a topic, or a pair of topic and partitions, not 5"],
  [[{ topic: "a" }], "topics[0] must be a topic, or a pair of topic and partitions, not a Object"],
  [
    [
      ["a", 1],
      ["", 3],
    ],
    'topics[1][0] must be a topic\'s name, not ""',
  ],
  [[[]], "topics[0][0] must be a topic's name, not undefined"],
])("what is no topic is refused by its index: %o", (topics, message) => {
  expect(() => Reflect.apply(planTopics, undefined, [topics])).toThrow(
    expect.objectContaining({ name: "DataQueueError", code: "INVALID_ARGUMENT", message }),
  );
});
