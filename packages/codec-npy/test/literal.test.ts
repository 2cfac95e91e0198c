import { describe, expect, test } from "vitest";

import { decode } from "../src/index.ts";

/** A file with this text as header, and some data. */
function fileOf(text: string, version: 1 | 2 | 3): Uint8Array {
  const head = Buffer.from(text, version === 3 ? "utf8" : "latin1");
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0);
  return Buffer.concat([magic, size.subarray(0, version === 1 ? 2 : 4), head, Buffer.alloc(100)]);
}

const named = (name: string): string => `{'descr': [(${name}, '|u1')], 'fortran_order': False, 'shape': (2,)}`;

/** Headers with § at the place where they stop being valid, the expected message, and the version if it is the only one. */
const wrong: readonly (readonly [header: string, what: string, version?: number])[] = [
  ["§", "a value is missing"],
  ["  §", "a value is missing"],
  ["{'descr': §}", "a value is missing"],
  ["{'descr': '|u1', 'shape': (2, §,)}", "a value is missing"],
  ["{'shape': (§,)}", "a value is missing"],
  ["{'shape': (§-,)}", "a value is missing"],
  ["{'shape': (§--1,)}", "a value is missing"],
  ["{'fortran_order': §true}", "a value is missing"],
  ["{'fortran_order': §Non}", "a value is missing"],
  ["{§descr: 1}", "a value is missing"],
  ["{'descr': §u}", "a value is missing"],
  ["{'descr': '|u1' §'shape': 1}", '"," or "}" is missing'],
  ["{'shape': (2 §3)}", '"," or ")" is missing'],
  ["{'shape': (2§]}", '"," or ")" is missing'],
  ["{'descr': [1§)}", '"," or "]" is missing'],
  ["{'shape': (2§L,)}", '"," or ")" is missing', 3],
  ["{'shape': (2L§L,)}", '"," or ")" is missing', 1],
  ["{'a': True§r}", '"," or "}" is missing'],
  ["{1§ : 2}", "a key is not text, or not followed by a colon"],
  ["{None§: 2}", "a key is not text, or not followed by a colon"],
  ["{'a' §'b'}", "a key is not text, or not followed by a colon"],
  ["{'a'§}", "a key is not text, or not followed by a colon"],
  ["{'a': 1, 'b': 2, 'a': 3}§", "a key occurs twice"],
  ["{} §x", "more follows"],
  ["{}§}", "more follows"],
  ["1 §1", "more follows"],
  ["(1)§,", "more follows"],
  ["'abc§", "a text has no end"],
  ["{'abc\": 1}§", "a text has no end"],
  ["{'a§\n': 1}", "a text has no end"],
  ["'\\§", "a text has no end"],
  ["'\\'§", "a text has no end"],
  ["'a\\§\nb'", "a text has no end"],
  ["'\\q'§", "\\q is not a known escape"],
  ["'\\101'§", "\\1 is not a known escape"],
  ["'\\x4'§", "\\x is not a known escape"],
  ["'\\u00e'§", "\\u is not a known escape"],
  ["'\\U0001f6f'§", "\\U is not a known escape"],
  ["'ab\\U00110000'§", "\\U00110000 is not a character"],
];

describe("a header that is not a Python literal is refused with the place and the reason", () => {
  for (const version of [1, 2, 3] as const) {
    const cases = wrong
      .filter(([, , only = version]) => only === version)
      .map(([header, what]) => [header, what] as const);
    test.each(cases)(`version ${version}: %j`, (header, what) => {
      const at = header.indexOf("§");
      const bytes = fileOf(header.replace("§", ""), version);
      expect(() => decode(bytes)).toThrow(
        expect.objectContaining({
          code: "header-syntax",
          offset: (version === 1 ? 10 : 12) + at,
          message: `the header is not a Python literal: ${what} at its character ${at}`,
        }),
      );
    });
  }
});

describe("brackets nest as deep as in Python's own parser", () => {
  const nested = (levels: number): string =>
    named("'a'").replace("'|u1'", `${"(".repeat(levels)}'|u1'${")".repeat(levels)}`);

  test("200 levels are read", () => {
    // Three more levels are the dict, the list and the tuple of the field.
    expect(decode(fileOf(nested(197), 1), { trailing: "ignore" }).dtype).toEqual([["a", "|u1"]]);
  });

  test("201 are not", () => {
    expect(() => decode(fileOf(nested(198), 1))).toThrow(/: it nests deeper than 200 levels at its character 215$/);
  });

  test.each([
    ["lists", "["],
    ["tuples", "("],
    ["dicts", "{'a': "],
  ])("%s count", (_what, open) => {
    const levels = (count: number): string => open.repeat(count);
    expect(() => decode(fileOf(levels(201), 1))).toThrow("deeper than 200 levels");
    expect(() => decode(fileOf(levels(200), 1))).toThrow("a value is missing");
  });
});

describe("a literal with the wrong content", () => {
  const whole = named("'a'");
  test.each([
    ["[]", "a list"],
    ["()", "a tuple"],
    ["'descr'", "a text"],
    ["1", "a number"],
    ["None", "nothing"],
    ["{}", "no keys"],
    [whole.replace("'shape'", "'Shape'"), "no shape"],
    [whole.replace("'descr'", "'Descr'"), "no descr"],
    [whole.replace("'fortran_order'", "'order'"), "no order"],
    [whole.replace("False", "None"), "an order that is not a bool"],
    [whole.replace("}", ", 'more': 1}"), "a fourth key"],
  ])("%s is not a header: %s", (text) => {
    for (const version of [1, 2, 3] as const) {
      expect(() => decode(fileOf(text, version))).toThrow(
        expect.objectContaining({
          code: "header-syntax",
          offset: version === 1 ? 10 : 12,
          message: "the header is not a dict of just descr, fortran_order and shape",
        }),
      );
    }
  });
});
