import { expect, test } from "vitest";

import { recordSize } from "../../src/shared/record-size.ts";

const bytes = (length: number): Uint8Array => new Uint8Array(length);

test.each([
  { what: "nothing", key: null, value: null, headers: [], size: 0 },
  { what: "a key", key: bytes(3), value: null, headers: [], size: 3 },
  { what: "a value", key: null, value: bytes(5), headers: [], size: 5 },
  { what: "key and value", key: bytes(3), value: bytes(5), headers: [], size: 8 },
  { what: "a header and its name", key: bytes(1), value: bytes(1), headers: [["name", bytes(6)]], size: 12 },
  { what: "a header without a value", key: null, value: bytes(1), headers: [["name", null]], size: 5 },
  {
    what: "two headers of one name",
    key: null,
    value: null,
    headers: [
      ["n", bytes(2)],
      ["n", bytes(4)],
    ],
    size: 8,
  },
  // Unicode's own table of UTF-8: up to U+007F one byte, U+07FF two, U+FFFF three, then four.
  { what: "\\u007f in a name", key: null, value: null, headers: [["\u007f", null]], size: 1 },
  { what: "\\u0080 in a name", key: null, value: null, headers: [["\u0080", null]], size: 2 },
  { what: "\\u07ff in a name", key: null, value: null, headers: [["\u07ff", null]], size: 2 },
  { what: "\\u0800 in a name", key: null, value: null, headers: [["\u0800", null]], size: 3 },
  { what: "\\ud7ff in a name", key: null, value: null, headers: [["\ud7ff", null]], size: 3 },
  { what: "\\ue000 in a name", key: null, value: null, headers: [["\ue000", null]], size: 3 },
  { what: "U+10000 in a name", key: null, value: null, headers: [["\u{10000}", null]], size: 4 },
  { what: "U+10FFFF in a name", key: null, value: null, headers: [["\u{10ffff}", null]], size: 4 },
  { what: "a name of all kinds", key: null, value: null, headers: [["aé€😀", bytes(1)]], size: 11 },
] as const)("$what: $size bytes", ({ key, value, headers, size }) => {
  expect(recordSize({ key, value, headers, timestamp: 0 })).toBe(size);
});
