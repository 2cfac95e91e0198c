import { expect, test } from "vitest";

import { myFormat } from "@dataqueues/codec-my-format";

test("what is not a number is refused, and the error says what was given", () => {
  expect(() => myFormat().encode("1.5" as never)).toThrow("my-format encodes a number, not a string");
});

test("a message of another length is refused, and the error says how long it is", () => {
  expect(() => myFormat().decode(new Uint8Array(7))).toThrow("my-format has 8 bytes, not 7");
});
