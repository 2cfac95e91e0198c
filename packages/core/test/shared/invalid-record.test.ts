import { expect, test } from "vitest";

import { invalidRecord } from "../../src/shared/invalid-record.ts";

const bytes = new Uint8Array(1);
const good = { key: bytes, value: bytes, headers: [["a", bytes]] as const, timestamp: 0 };

test.each([
  {},
  { key: null, value: null, headers: [] },
  {
    headers: [
      ["a", null],
      ["", bytes],
    ] as const,
  },
  { key: Buffer.from("a") },
  { timestamp: -1 },
  { timestamp: Number.MAX_SAFE_INTEGER },
])("a record that a log can hold has no fault: %o", (rest) => {
  expect(invalidRecord({ ...good, ...rest })).toBeUndefined();
});

test.each([
  [{ timestamp: 1.5 }, "its timestamp is 1.5, not a whole number of milliseconds"],
  [{ timestamp: Number.NaN }, "its timestamp is NaN, not a whole number of milliseconds"],
  [{ timestamp: 2 ** 53 }, "its timestamp is 9007199254740992, not a whole number of milliseconds"],
  [{ timestamp: 5n }, "its timestamp is 5, not a whole number of milliseconds"],
  [{ key: "a" }, "its key is neither bytes nor null"],
  [{ key: undefined }, "its key is neither bytes nor null"],
  [{ value: [1] }, "its value is neither bytes nor null"],
  [{ value: undefined }, "its value is neither bytes nor null"],
  [{ value: new ArrayBuffer(1) }, "its value is neither bytes nor null"],
  [
    {
      headers: [
        ["a", null],
        ["b", "text"],
      ],
    },
    "its header b is neither bytes nor null",
  ],
  [{ headers: [[5, bytes]] }, "its header 5 is neither bytes nor null"],
])("a record that no log can hold is told in words: %o", (rest, fault) => {
  expect(Reflect.apply(invalidRecord, undefined, [{ ...good, ...rest }])).toBe(fault);
});
