import { expect, test } from "vitest";

import { safeText } from "../../src/print/safe-text.ts";

test.each([
  ["an escape sequence", "\x1b[2Jgone", "\\x1b[2Jgone"],
  ["line breaks and tabs", "a\nb\r\tc", "a\\nb\\r\\tc"],
  ["the bell, a zero and delete", "\x07\0\x7f", "\\x07\\x00\\u007f"],
  ["C1 controls, which some terminals take for escapes", "\x9b31m\x85", "\\u009b31m\\u0085"],
  ["what turns the direction of text", "\u202Egnp.exe\u2066\u200F", "\\u202egnp.exe\\u2066\\u200f"],
  ["line and paragraph separators", "\u2028\u2029", "\\u2028\\u2029"],
  ["halves of surrogate pairs", "\uD83D \uDE00", "\\ud83d \\ude00"],
])("%s is escaped", (_what, text, escaped) => {
  expect(safeText(text)).toBe(escaped);
});

test("letters of all languages, emoji and backslashes stay as they are", () => {
  const text = "Čeština عربي 電波望遠鏡 👩‍👩‍👧 C:\\night 180°";
  expect(safeText(text)).toBe(text);
});

test("JSON stays JSON with the same value", () => {
  const value = { "\x9b": "\x7f\u202E\x1b\n\uD83D", list: ["\u2028"] };
  const line = safeText(JSON.stringify(value));
  expect(JSON.parse(line)).toEqual(value);
  expect(line).toMatch(/^[\x20-\x7e]*$/);
});
