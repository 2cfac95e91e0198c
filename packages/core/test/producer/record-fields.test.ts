import { afterEach, expect, test, vi } from "vitest";

import { DataQueueError } from "../../src/contract/errors.ts";
import { checkBytes, recordFields } from "../../src/producer/record-fields.ts";

afterEach(() => void vi.useRealTimers());

type Given = Parameters<typeof recordFields>[0];

/** UTF-8 as RFC 3629 has it: é is c3 a9, the telescope is f0 9f 94 ad. */
const telescope = new Uint8Array([0xc3, 0xa9, 0xf0, 0x9f, 0x94, 0xad]);

function detached(): Uint8Array {
  const bytes = new Uint8Array([1, 2]);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

/** The DataQueueError for these fields. */
function refusal(given: unknown): unknown {
  try {
    recordFields(given as Given);
  } catch (error) {
    if (error instanceof DataQueueError) return error;
    throw error;
  }
  return undefined;
}

test("a record has no key, no headers and the present time by default", () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_234 });
  const nothing = { key: null, headers: [], timestamp: 1_234 };
  expect(recordFields({})).toEqual(nothing);
  expect(recordFields({ key: undefined, headers: undefined, timestamp: undefined })).toEqual(nothing);
  expect(recordFields({ key: null })).toEqual(nothing);
  expect(recordFields({ headers: null } as unknown as Given)).toEqual(nothing);
});

test("a key is bytes, or text as UTF-8", () => {
  const bytes = new Uint8Array([7]);
  expect(recordFields({ key: bytes }).key).toBe(bytes);
  expect(recordFields({ key: "é🔭" }).key).toEqual(telescope);
  expect(recordFields({ key: "" }).key).toEqual(new Uint8Array());
  expect(recordFields({ key: new Uint8Array() }).key).toEqual(new Uint8Array());
});

const a = new Uint8Array([0x61]);

test.each([
  ["an object", { x: "a", y: a, z: null }],
  [
    "a list of pairs",
    [
      ["x", "a"],
      ["y", a],
      ["z", null],
    ],
  ],
  [
    "a Map",
    new Map<string, string | Uint8Array | null>([
      ["x", "a"],
      ["y", a],
      ["z", null],
    ]),
  ],
] as const)("headers may be %s", (_what, headers) => {
  expect(recordFields({ headers }).headers).toEqual([
    ["x", a],
    ["y", a],
    ["z", null],
  ]);
});

test("a header may come twice, in order, and its name may be empty", () => {
  const headers = [
    ["b", "a"],
    ["a", null],
    ["b", ""],
    ["", "a"],
  ] as const;
  expect(recordFields({ headers }).headers).toEqual([
    ["b", a],
    ["a", null],
    ["b", new Uint8Array()],
    ["", a],
  ]);
});

test.each([
  [0, 0],
  [5, 5],
  [5.999, 5],
  [8.64e15, 8.64e15],
  [new Date(0), 0],
  [new Date(77), 77],
])("the timestamp %o is %i", (timestamp, milliseconds) => {
  expect(recordFields({ timestamp }).timestamp).toBe(milliseconds);
});

const times = "timestamp must be milliseconds from 0 to 8640000000000000, or a Date of that time, not";

test.each([
  [-1, `${times} -1`],
  [-0.5, `${times} -0.5`],
  [8.64e15 + 1, `${times} 8640000000000001`],
  [NaN, `${times} NaN`],
  [Infinity, `${times} Infinity`],
  [new Date(NaN), `${times} an invalid Date`],
  [new Date(-1), `${times} 1969-12-31T23:59:59.999Z`],
  ["2026-01-01", `${times} "2026-01-01"`],
  [5n, `${times} 5n`],
  [null, `${times} null`],
])("the timestamp %o is refused", (timestamp, message) => {
  expect(refusal({ timestamp })).toMatchObject({ code: "INVALID_ARGUMENT", message });
});

test.each([
  [{ key: 5 }, "key must be text, a Uint8Array or null, not 5"],
  [{ key: [1] }, "key must be text, a Uint8Array or null, not a list"],
  [{ key: "a\ud800" }, 'key must be text without lone surrogates, not "a\\ud800"'],
  [{ headers: 5 }, "headers must be an object, or a list of pairs of name and value, not 5"],
  [{ headers: "ab" }, 'headers must be an object, or a list of pairs of name and value, not "ab"'],
  [{ headers: [["x", "a"], "y"] }, 'headers[1] must be a pair of name and value, not "y"'],
  [{ headers: [{ x: "a" }] }, "headers[0] must be a pair of name and value, not a Object"],
  [{ headers: [[5, "a"]] }, "headers[0][0] must be text without lone surrogates, not 5"],
  [
    {
      headers: [
        ["x", "a"],
        ["\udc00", "a"],
      ],
    },
    'headers[1][0] must be text without lone surrogates, not "\\udc00"',
  ],
  [{ headers: { x: 5 } }, 'the header "x" must be text, a Uint8Array or null, not 5'],
  [{ headers: [["x"]] }, 'the header "x" must be text, a Uint8Array or null, not undefined'],
  [{ headers: { x: "\udc00" } }, 'the header "x" must be text without lone surrogates, not "\\udc00"'],
])("%j is refused with its name", (given, message) => {
  expect(refusal(given)).toMatchObject({ code: "INVALID_ARGUMENT", message });
});

test("bytes of a buffer that was transferred are refused: their length would be 0", () => {
  const there = "must be bytes, but its buffer was transferred or shrunk";
  expect(refusal({ key: detached() })).toMatchObject({ code: "INVALID_ARGUMENT", message: `key ${there}` });
  expect(refusal({ headers: { x: detached() } })).toMatchObject({
    code: "INVALID_ARGUMENT",
    message: `the header "x" ${there}`,
  });
  expect(() => checkBytes("the value", detached())).toThrow(`the value ${there}`);
});

test("bytes that a shrunk buffer cuts off are refused, and an empty array is accepted", () => {
  const buffer = new ArrayBuffer(8, { maxByteLength: 8 });
  const bytes = new Uint8Array(buffer, 4, 2);
  expect(checkBytes("the value", bytes)).toBe(bytes);
  buffer.resize(5);
  expect(() => checkBytes("the value", bytes)).toThrow(
    "the value must be bytes, but its buffer was transferred or shrunk",
  );
  for (const none of [new Uint8Array(), new Uint8Array(new ArrayBuffer(4), 4)]) checkBytes("the value", none);
});
