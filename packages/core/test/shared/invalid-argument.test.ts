import { expect, test } from "vitest";

import { describe as inWords, invalidArgument } from "../../src/shared/invalid-argument.ts";

test("the error of an argument has its name, what is wanted and what was given", () => {
  const error = invalidArgument("acks", "-1, 0 or 1", "all");
  expect(error.message).toBe('acks must be -1, 0 or 1, not "all"');
  expect(error).toMatchObject({ name: "DataQueueError", code: "INVALID_ARGUMENT", topic: undefined });
});

test("the error of an argument has a place if one is given", () => {
  const place = { topic: "a", partition: 1, offset: 2n };
  expect(invalidArgument("timestamp", "a Date", 5, place)).toMatchObject({ ...place, code: "INVALID_ARGUMENT" });
});

class Secret {
  readonly password: string = "open sesame";
}

test.each([
  [null, "null"],
  [undefined, "undefined"],
  ["", '""'],
  ['say "a"', '"say \\"a\\""'],
  ["a".repeat(40), `"${"a".repeat(40)}"`],
  ["a".repeat(41), "a text of 41"],
  [5n, "5n"],
  [-0.5, "-0.5"],
  [Number.NaN, "NaN"],
  [true, "true"],
  [false, "false"],
  [new Date(Number.NaN), "an invalid Date"],
  [[1, 2], "a list"],
  [{ password: "open sesame" }, "a Object"],
  [new Secret(), "a Secret"],
  [new Uint8Array(2), "a Uint8Array"],
  [Object.create(null), "a object"],
  [() => "open sesame", "a function"],
  [Symbol("open sesame"), "a symbol"],
])("a value is described in few words, without its content: %o", (value, words) => {
  expect(inWords(value)).toBe(words);
});
