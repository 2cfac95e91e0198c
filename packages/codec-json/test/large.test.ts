import { expect, test } from "vitest";

import { json } from "@dataqueues/codec-json";

// What takes seconds with code that counts its steps: the command that changes the code leaves this file out.

const codec = json();
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each([
  ["one text", { picture: "A".repeat(9e6) }],
  ["one key", { ["k".repeat(9e6)]: 1 }],
  ["a text of escapes", ['\\"\n'.repeat(3e6)]],
  ["a text beyond ASCII", ["é☆😀".repeat(2e6)]],
  ["a list", Array.from({ length: 1e6 }, (_, index) => index / 8)],
  ["a list of lists", Array.from({ length: 3e5 }, (_, index) => [index, `${index}`])],
  ["an object", Object.fromEntries(Array.from({ length: 3e5 }, (_, index) => [`key ${index}`, index]))],
])("%s of megabytes is written as JSON.stringify does, and read", (_what, value) => {
  const bytes = codec.encode(value);
  // Buffer.equals and not toEqual, which takes minutes.
  expect(Buffer.from(JSON.stringify(value)).equals(bytes)).toBe(true);
  expect(JSON.stringify(codec.decode(bytes)) === JSON.stringify(value)).toBe(true);
});

test("more bytes than a text can hold are told", () => {
  const bytes = new Uint8Array(2 ** 29 + 8).fill(0x20);
  expect(() => codec.decode(bytes)).toThrow(expect.objectContaining({ name: "CodecError", code: "size" }));
});

test("a number of a million digits behind its point, and one with as many blanks, are read", () => {
  expect(codec.decode(utf8(`0.${"3".repeat(1e6)}`))).toBe(1 / 3);
  expect(codec.decode(utf8(`${" ".repeat(1e6)}[${"\n".repeat(1e6)}1]`))).toEqual([1]);
});

test("an integer of millions of digits is refused soon", () => {
  expect(() => codec.decode(utf8(`[1, -${"9".repeat(9e6)}]`))).toThrow(
    expect.objectContaining({ code: "integer", offset: 4 }),
  );
});
