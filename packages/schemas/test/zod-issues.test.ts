import { describe, expect, test } from "vitest";
import * as z from "zod";

import { toIssues } from "../src/zod-issues.ts";

/** What zod finds wrong with a value, in the words of this package. */
function issuesOf(type: z.ZodType, value: unknown) {
  const { error } = type.safeParse(value);
  return error === undefined ? [] : toIssues(error.issues, value);
}
const own = (params: Record<string, unknown>) => z.number().refine(() => false, { error: "no good", params });

describe("toIssues", () => {
  test.each<[what: string, type: z.ZodType, value: unknown, code: string, expected: unknown]>([
    ["another type", z.string("no good"), 1, "wrong_type", "string"],
    ["a number with a fraction", z.int("no good"), 1.5, "wrong_type", "int"],
    ["none of several types", z.union([z.string(), z.boolean()], "no good"), 1, "wrong_type", ["string", "boolean"]],
    ["none of several literals", z.enum(["X", "Y"], "no good"), "Z", "bad_literal", ["X", "Y"]],
    ["not the one literal", z.literal(1, "no good"), 2, "bad_literal", [1]],
    ["a text of another form", z.iso.datetime("no good"), "today", "bad_format", "datetime"],
    ["a text of another pattern", z.string().regex(/a/, "no good"), "b", "bad_format", "regex"],
    ["too small a number", z.number().min(3, "no good"), 2, "out_of_range", { minimum: 3 }],
    ["too short a text", z.string().min(3, "no good"), "ab", "out_of_range", { minimum: 3 }],
    ["too large a number", z.number().max(3, "no good"), 4, "out_of_range", { maximum: 3 }],
    ["too long a text", z.string().max(3, "no good"), "abcd", "out_of_range", { maximum: 3 }],
    ["what has no word here", z.number().multipleOf(2, "no good"), 3, "not_multiple_of", undefined],
    ["a check without a code", own({}), 1, "custom", undefined],
    ["a check with a code that is no text", own({ code: 5, expected: "a" }), 1, "custom", "a"],
    ["a check with a code of its own", own({ code: "not_finite", expected: "finite" }), 1, "not_finite", "finite"],
  ])("%s", (_what, type, value, code, expected) => {
    const words = typeof value === "string" ? `"${value}"` : String(value);
    const issue = { code, message: `no good (found: ${words})`, found: value, expected };
    expect(issuesOf(type, value)).toEqual([{ ...issue, path: [] }]);
    expect(issuesOf(z.object({ a: z.array(type) }), { a: [value] })).toEqual([{ ...issue, path: ["a", 0] }]);
  });

  test("a check without params has no code and nothing expected", () => {
    const type = z.number().refine(() => false, "no good");
    expect(issuesOf(type, 1)).toEqual([
      { code: "custom", path: [], message: "no good (found: 1)", found: 1, expected: undefined },
    ]);
  });

  test("what none of several types takes for several reasons is told with all of them", () => {
    const type = z.union([z.literal("none"), z.number(), z.null()], "no good");
    expect(issuesOf(type, "many")).toEqual([
      {
        code: "wrong_type",
        path: [],
        message: 'no good (found: "many")',
        found: "many",
        expected: [["none"], "number", "null"],
      },
    ]);
  });

  test.each<[what: string, value: unknown, found: string]>([
    ["a list", [1, 2, 3], "list"],
    ["a dict", { a: 1 }, "dict"],
    ["a typed array", new Float64Array(1000), "Float64Array"],
  ])("of %s only its type is told", (_what, value, found) => {
    expect(issuesOf(z.object({ a: z.string("no good") }), { a: value })).toEqual([
      { code: "wrong_type", path: ["a"], message: "no good", found, expected: "string" },
    ]);
  });

  test("null is found, and is not missing", () => {
    expect(issuesOf(z.object({ a: z.string("no good") }), { a: null })).toEqual([
      { code: "wrong_type", path: ["a"], message: "no good (found: null)", found: null, expected: "string" },
    ]);
  });

  test("a long text is whole as data, and cut in the message", () => {
    const value = "a".repeat(100);
    expect(issuesOf(z.number("no good"), value)).toEqual([
      {
        code: "wrong_type",
        path: [],
        message: `no good (found: "${"a".repeat(59)}…)`,
        found: value,
        expected: "number",
      },
    ]);
  });

  test.each<[what: string, value: unknown]>([
    ["left out", { a: [{}] }],
    ["undefined", { a: [{ b: undefined }] }],
    ["only inherited", { a: [Object.create({ b: undefined })] }],
  ])("a field that is %s is missing, whatever the code", (_what, value) => {
    const missing = { code: "missing_field", path: ["a", 0, "b"], message: "field 'b' is missing" };
    const inside = (type: z.ZodType) => z.object({ a: z.array(z.object({ b: type })) });
    expect(issuesOf(inside(z.string()), value)).toEqual([{ ...missing, expected: "string" }]);
    expect(issuesOf(inside(z.literal(["X", "Y"])), value)).toEqual([{ ...missing, expected: ["X", "Y"] }]);
    const refused = z.unknown().refine(() => false, { params: { code: "not_finite", expected: "finite" } });
    expect(issuesOf(inside(refused), value)).toEqual([{ ...missing, expected: "finite" }]);
  });

  test("an item that is missing is named by its number", () => {
    expect(issuesOf(z.tuple([z.string(), z.string()]), ["a", undefined])).toEqual([
      { code: "missing_field", path: [1], message: "field '1' is missing", expected: "string" },
    ]);
  });

  test("a value that is not there at all is missing, and no field", () => {
    expect(issuesOf(z.string(), undefined)).toEqual([
      { code: "missing_field", path: [], message: "the value is missing", expected: "string" },
    ]);
  });

  test("each unknown field is an issue of its own, at its place", () => {
    const type = z.strictObject({ a: z.array(z.strictObject({})) });
    expect(issuesOf(type, { a: [{ b: 1, c: 2 }], d: 3 })).toEqual([
      { code: "unknown_field", path: ["a", 0, "b"], message: "there is no field 'b' here", found: "b" },
      { code: "unknown_field", path: ["a", 0, "c"], message: "there is no field 'c' here", found: "c" },
      { code: "unknown_field", path: ["d"], message: "there is no field 'd' here", found: "d" },
    ]);
  });

  test("a symbol among the keys is told as text", () => {
    const key = Symbol("unit");
    const keyed = (input: unknown) =>
      toIssues([{ code: "invalid_type", expected: "string", path: [key, "a"], message: "no good", input }], input);
    expect(keyed({ [key]: { a: 1 } })).toEqual([
      {
        code: "wrong_type",
        path: ["Symbol(unit)", "a"],
        message: "no good (found: 1)",
        found: 1,
        expected: "string",
      },
    ]);
    expect(keyed({})).toEqual([
      { code: "missing_field", path: ["Symbol(unit)", "a"], message: "field 'a' is missing", expected: "string" },
    ]);
  });

  test.each<[what: string, value: unknown]>([
    ["null", { a: null }],
    ["a text, which has a length", { a: "text" }],
    ["a number", { a: 1 }],
    ["nothing", {}],
  ])("a place inside %s is missing", (_what, value) => {
    const place = ["a", "length"];
    const issue = { code: "invalid_type", expected: "number", path: place, message: "no good", input: 1 } as const;
    expect(toIssues([issue], value)).toEqual([
      { code: "missing_field", path: ["a", "length"], message: "field 'length' is missing", expected: "number" },
    ]);
  });

  test("no issues are none", () => {
    expect(toIssues([], { a: 1 })).toEqual([]);
  });
});
