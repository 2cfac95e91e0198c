import { stripVTControlCharacters } from "node:util";
import { Dataset, NdArray, RecordArray } from "@dataqueues/arrays";
import { json } from "@dataqueues/codec-json";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { npy } from "@dataqueues/codec-npy";
import { utf8 } from "@dataqueues/codec-text";
import { xarray } from "@dataqueues/codec-xarray";
import { xarrayDict } from "@dataqueues/codec-xarray-dict";
import { describe, expect, test } from "vitest";

import type { FakeTerminalOptions } from "../fake-terminal.ts";
import { logWith, tail } from "./tail-log.ts";
import type { Sent } from "./tail-log.ts";

const at = "2026-11-27T02:03:04.567Z";

/** What the command writes about these messages of topic t. */
async function linesOf(
  sent: readonly Sent[],
  words: readonly string[] = [],
  options: FakeTerminalOptions = {},
): Promise<string> {
  const { out, code } = await tail(await logWith("t", sent), ["t", "--until", "end", ...words], options);
  expect(code).toBe(0);
  return out;
}

const dataset = new Dataset({
  dataVars: { gain: [["time", "antenna"], [[1, 0.5]]], flag: ["antenna", [true, false]] },
  coords: { antenna: ["A", "B"], label: "x" },
});
const rows = RecordArray.fromRows(
  [
    ["antenna_name", "<U8"],
    ["xel_offset", "<f8"],
    ["beam", "<f4", [2]],
  ],
  [
    { antenna_name: "MKT\x1b1", xel_offset: 1 / 3, beam: [1, 2] },
    { antenna_name: "b", xel_offset: NaN, beam: [3, 4] },
  ],
);
describe("a message is one line", () => {
  test.for<[what: string, sent: Sent, line: string]>([
    ["float32", [NdArray.from([[1, 2.5], [NaN, -1 / 3]], "<f4"), npy()], "float32 (2, 2)  min -0.3333  max 2.5  1 nan  [1 2.5 nan -0.3333]"], // prettier-ignore
    [
      "float16",
      [NdArray.from([1.5, -65504, 6e-8], "<f2"), npy()],
      "float16 (3,)  min -65504  max 1.5  [1.5 -65504 5.96e-8]",
    ],
    ["only NaN", [NdArray.from([NaN, NaN], "<f8"), npy()], "float64 (2,)  2 nan  [nan nan]"],
    ["infinities", [NdArray.from([Infinity, 1], "<f8"), npy()], "float64 (2,)  min 1  max inf  [inf 1]"],
    ["int64", [NdArray.from([2n ** 62n, -(2n ** 62n), 3n], "<i8"), npy()], "int64 (3,)  min -4611686018427387904  max 4611686018427387904  [4611686018427387904 -4611686018427387904 3]"], // prettier-ignore
    ["uint64", [NdArray.from([2n ** 63n, 1n, 2n ** 32n], "<u8"), npy()], "uint64 (3,)  min 1  max 9223372036854775808  [9223372036854775808 1 4294967296]"], // prettier-ignore
    ["uint8", [NdArray.from([3, 0, 255], "|u1"), npy()], "uint8 (3,)  min 0  max 255  [3 0 255]"],
    ["bool", [NdArray.from([true, false]), npy()], "bool (2,)  [True False]"],
    ["complex numbers, which have no order", [NdArray.from([{ re: 1, im: -0.5 }]), npy()], "complex128 (1,)  [1-0.5j]"],
    ["text", [NdArray.from(["a", "it's"]), npy()], `<U4 (2,)  ['a' "it's"]`],
    ["times", [NdArray.from([0n, -(2n ** 63n), 1n], "<M8[s]"), npy()], "datetime64[s] (3,)  min 1970-01-01T00:00:00  max 1970-01-01T00:00:01  1 NaT  [1970-01-01T00:00:00 NaT 1970-01-01T00:00:01]"], // prettier-ignore
    ["Dates of msgpack", [{ at: [new Date(-1)] }, msgpackNumpy()], '{"at":[1969-12-31T23:59:59.999Z]}'],
    ["a Date as a key", [new Map([[new Date(0), "a"]]), msgpackNumpy()], '{1970-01-01T00:00:00.000Z:"a"}'],
    ["durations", [NdArray.from([5n, 7n], "<m8[ms]"), npy()], "timedelta64[ms] (2,)  min 5 ms  max 7 ms  [5 ms 7 ms]"],
    ["without dimensions", [NdArray.fromItems("<f8", [], [5]), npy()], "float64 ()  5"],
    ["empty", [NdArray.fromItems("<f4", [0, 4], []), npy()], "float32 (0, 4)  empty"],
    ["rows", [rows, npy()], String.raw`rows (2,)  antenna_name "MKT\u001b1"  xel_offset 0.3333  beam [1 2]  …`],
    ["a Dataset", [dataset, xarray()], "Dataset (time: 1, antenna: 2)  gain flag  coords label"],
    ["a Dataset as a dict", [dataset, xarrayDict()], "Dataset (time: 1, antenna: 2)  gain flag  coords label"],
    ["JSON, compact", [new TextEncoder().encode('{\n "a": [1, NaN, 9007199254740993], "b": "\\u001b" }')], String.raw`{"a":[1,NaN,9007199254740993],"b":"\u001b"}`], // prettier-ignore
    [
      "msgpack with arrays",
      [{ power: NdArray.from([1, 2], "<f4"), n: 3 }, msgpackNumpy()],
      '{"power":float32 (2,) [1 2],"n":3}',
    ],
    ["text of a message", [new TextEncoder().encode("Größe\t☆\x1b[2J")], String.raw`Größe\t☆\x1b[2J`],
    ["nothing", [new Uint8Array()], "(empty)"],
    ["bytes of no format", [new Uint8Array([0, 1, 0x41, 0xff])], "bytes (4)  00 01 41 ff  |..A.|"],
    ["a tombstone", [null], "null (a tombstone: the key is deleted)"],
  ])("%s", async ([, sent, line]) => {
    expect(await linesOf([sent])).toBe(`${at} t[0]@0  ${line}\n`);
  });

  test("key and headers are shown where there are some, and cannot move the cursor", async () => {
    const options = { key: "scan\n1", headers: [["from", "py\x1b[1mthon"], ["run", null]] } as const; // prettier-ignore
    expect(await linesOf([["x", utf8(), options]])).toBe(`${at} t[0]@0 scan\\n1 {from=py\\x1b[1mthon, run}  x\n`);
    const bytes = { key: new Uint8Array([0xff, 1]), headers: {} };
    expect(await linesOf([["x", utf8(), bytes]])).toBe(`${at} t[0]@0 0xff01  x\n`);
  });

  test("a line is as wide as the terminal, with colours", async () => {
    const array = NdArray.from(Float64Array.from({ length: 5000 }, (_, index) => index / 7));
    const narrow = await linesOf([[array, npy()]], [], { columns: 40 });
    expect(stripVTControlCharacters(narrow)).toBe(`${at} t[0]@0  float6…\n`);
    const wide = stripVTControlCharacters(await linesOf([[array, npy()]], [], { columns: 200 }));
    expect(wide.length).toBeLessThanOrEqual(201);
    expect(wide).toMatch(/ {2}float64 \(5000,\) {2}min 0 {2}max 714\.1 {2}\[0 0\.1429 .* …\]\n$/);
    expect(narrow).toContain("\x1b[2m");
    expect(await linesOf([[array, npy()]], [], { columns: 40, env: { NO_COLOR: "1" } })).toBe(
      stripVTControlCharacters(narrow),
    );
  });

  test("colours take no room", async () => {
    const wide = RecordArray.fromRows(
      Array.from("abcdefghijklmnop", (name) => [name, "<i4"] as const),
      [Object.fromEntries(Array.from("abcdefghijklmnop", (name, index) => [name, index]))],
    );
    const coloured = await linesOf([[wide, npy()]], [], { columns: 110 });
    const bare = await linesOf([[wide, npy()]], [], { columns: 110, env: { NO_COLOR: "1" } });
    expect(stripVTControlCharacters(coloured)).toBe(bare);
    expect(bare).toMatch(/^.{109}…\n$/);
  });

  test("text of two columns a character is cut by its width", async () => {
    const line = stripVTControlCharacters(await linesOf([["整形".repeat(100), utf8()]], [], { columns: 60 }));
    expect(line).toBe(`${at} t[0]@0  ${"整形".repeat(6)}整…\n`);
  });

  test("of a long key the first 64 characters are shown", async () => {
    expect(await linesOf([["x", utf8(), { key: "k".repeat(65) }]])).toBe(`${at} t[0]@0 ${"k".repeat(64)}…  x\n`);
    expect(await linesOf([["x", utf8(), { key: "k".repeat(64) }]])).toBe(`${at} t[0]@0 ${"k".repeat(64)}  x\n`);
  });

  test("a long text is not cut within a character", async () => {
    // 33 characters come before it, and each of these has two in UTF-16.
    expect(await linesOf([[`x${"😀".repeat(3_000)}`, utf8()]])).toBe(`${at} t[0]@0  x${"😀".repeat(2_030)}…\n`);
  });

  test("a long text has 4,096 characters in a pipe, and all of them with --full", async () => {
    const text = "x".repeat(10_000);
    expect(await linesOf([[text, utf8()]])).toHaveLength(4_097);
    expect(await linesOf([[text, utf8()]], ["--full"])).toBe(`${at} t[0]@0\n${text}\n`);
  });
});

test("a Date is a time, in a line, in full and in JSON", async () => {
  const sent: Sent = [new Date(1_795_745_700_125), msgpackNumpy()];
  const shown = (...words: string[]): Promise<string> => linesOf([sent], ["--codec", "msgpack_numpy", ...words]);
  expect(await shown()).toBe(`${at} t[0]@0  2026-11-27T02:15:00.125Z\n`);
  expect(await shown("--full")).toBe(`${at} t[0]@0\n2026-11-27T02:15:00.125Z\n`);
  expect(JSON.parse(await shown("--json"))).toMatchObject({ value: "2026-11-27T02:15:00.125Z" });
});

describe("with --full a value has as many lines as it takes", () => {
  test.for<[what: string, sent: Sent, text: string]>([
    ["an array as numpy prints it", [NdArray.from([[1, 2.5], [NaN, -100]], "<f4"), npy()], "float32 (2, 2) <f4  min -100  max 2.5  1 nan\n[[   1.     2.5]\n [   nan -100. ]]"], // prettier-ignore
    ["rows with their fields", [rows, npy()], `rows (2,)\n  antenna_name <U8\n  xel_offset <f8\n  beam <f4 (2,)\n[('MKT\\x1b1', 0.33333333, [1., 2.]) ('b',        nan, [3., 4.])]`], // prettier-ignore
    ["a Dataset as xarray prints it", [dataset, xarray()], String(dataset)],
    ["JSON, indented", [{ a: [1, 2], b: { c: "x\x1b" }, d: [], e: [{}] }, json()], '{\n  "a": [1, 2],\n  "b": {\n    "c": "x\\u001b"\n  },\n  "d": [],\n  "e": [\n    {}\n  ]\n}'], // prettier-ignore
    [
      "arrays within",
      [{ p: NdArray.from([1, 2], "<i4") }, msgpackNumpy()],
      '{\n  "p": int32 (2,) <i4  min 1  max 2\n    [1 2]\n}',
    ],
    [
      "Dates",
      [{ at: new Date(0), all: [new Date(-1)] }, msgpackNumpy()],
      '{\n  "at": 1970-01-01T00:00:00.000Z,\n  "all": [1969-12-31T23:59:59.999Z]\n}',
    ],
    [
      "text with its lines, and no other controls",
      [new TextEncoder().encode("a\tb\r\nc\x1b[2J\u009b")],
      "a\tb\nc\\x1b[2J\\u009b",
    ],
    ["other bytes as a dump", [Uint8Array.from({ length: 18 }, (_, index) => index * 13)], "bytes (18)\n00000000  00 0d 1a 27 34 41 4e 5b  68 75 82 8f 9c a9 b6 c3  |...'4AN[hu......|\n00000010  d0 dd                                             |..|"], // prettier-ignore
  ])("%s", async ([, sent, text]) => {
    expect(await linesOf([sent], ["--full"])).toBe(`${at} t[0]@0\n${text}\n`);
  });

  test("of bytes the first 65,536 are dumped", async () => {
    const out = await linesOf([[new Uint8Array(2 ** 16 + 5).fill(0xff)]], ["--full"]);
    const lines = out.trimEnd().split("\n");
    expect(lines).toHaveLength(2 + 2 ** 12 + 1);
    expect(lines.slice(1, 2)).toEqual(["bytes (65541)"]);
    expect(lines.at(-2)).toMatch(/^0000fff0 /);
    expect(lines.at(-1)).toBe("… 5 bytes more: --raw writes all");
  });

  test("lists within lists are laid out for 40 levels, and stand in one line below", async () => {
    const deep = `${"[".repeat(60)}1${"]".repeat(60)}`;
    const lines = (await linesOf([[new TextEncoder().encode(deep)]], ["--full"])).trimEnd().split("\n");
    expect(lines.slice(1, 4)).toEqual(["[", "  [", "    ["]);
    expect(lines).toContain(`${" ".repeat(82)}${"[".repeat(19)}1${"]".repeat(19)}`);
    expect(lines).toHaveLength(1 + 41 + 1 + 41);
  });
});
