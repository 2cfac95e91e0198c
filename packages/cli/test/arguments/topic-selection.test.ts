import { describe, expect, test } from "vitest";

import { matchTopics, parseTopics } from "../../src/arguments/topic-selection.ts";
import { UsageError } from "../../src/usage-error.ts";

const topics = ["pointing", "amp", "amplitude-1", "amplitude.1", "AMP", "stamp"];

describe.for([
  ["a name is that topic alone", ["amp"], ["amp"]],
  ["several names", ["pointing", "amp", "pointing"], ["amp", "pointing"]],
  ["a name that no topic has", ["absent"], []],
  ["nothing is all topics, sorted", [], ["AMP", "amp", "amplitude-1", "amplitude.1", "pointing", "stamp"]],
  ["a star stands for any text of a whole name", ["amp*"], ["amp", "amplitude-1", "amplitude.1"]],
  ["a dot in a pattern of a shell is a dot", ["*.1"], ["amplitude.1"]],
  ["a question mark stands for one character", ["a?p"], ["amp"]],
  ["a regular expression matches any part of a name", ["/amp/"], ["amp", "amplitude-1", "amplitude.1", "stamp"]],
  ["a regular expression with anchors and a flag", ["/^amp$/i"], ["AMP", "amp"]],
  ["names beside patterns", ["pointing", "/ude/"], ["amplitude-1", "amplitude.1", "pointing"]],
] as const)("%s", ([, words, expected]) => {
  test(words.join(" "), () => {
    expect(matchTopics(topics, parseTopics(words))).toEqual(expected);
  });
});

test("what is no regular expression is refused by name", () => {
  expect(() => parseTopics(["/(/"])).toThrow(UsageError);
  expect(() => parseTopics(["/(/"])).toThrow("/(/ is no regular expression: Invalid regular expression");
});
