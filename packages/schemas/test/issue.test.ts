import type { Schema } from "@dataqueues/core";
import { check } from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import { comparison, limit, schemaOf } from "../src/issue.ts";
import type { Issue } from "../src/issue.ts";
import { errorOf } from "./issues-of.ts";

const first: Issue = { code: "wrong_type", path: ["a", 0], message: "a text is needed", found: 1, expected: "str" };
const second: Issue = { code: "missing_field", path: [], message: "a field is missing" };

describe("limit", () => {
  test.each([
    [{}, [first]],
    [{ collect: undefined }, [first]],
    [{ collect: false }, [first]],
    [{ collect: true }, [first, second]],
  ])("with %o", (options, reported) => {
    expect(limit([first, second], options)).toEqual(reported);
    expect(limit([], options)).toEqual([]);
  });
});

describe("comparison", () => {
  test.each<[expected: readonly unknown[], found: unknown, text: string]>([
    [["<f8"], undefined, ' (expected: "<f8")'],
    [["<f4", "<f8"], undefined, ' (expected: "<f4" or "<f8")'],
    [["<f4", "<f8"], "<i4", ' (expected: "<f4" or "<f8" found: "<i4")'],
    [[1, 2], 3n, " (expected: 1 or 2 found: 3)"],
    [[[1, 2]], [3n, 4], " (expected: [1,2] found: [3,4])"],
    [[true], false, " (expected: true found: false)"],
    [[0], 0n, " (expected: 0 found: 0)"],
    [["str"], null, ' (expected: "str" found: null)'],
  ])("of %o with %o", (expected, found, text) => {
    expect(comparison(expected, found)).toBe(text);
  });
});

describe("check", () => {
  test("throws a SchemaError with the issues as text and as data", () => {
    const error = errorOf(() =>
      check(
        schemaOf(() => [first, second]),
        1,
      ),
    );
    expect(error.message).toBe(
      "the value does not match its schema: 2 issues\n * a.0: a text is needed\n * a field is missing",
    );
    expect(error.issues).toEqual([first, second]);
  });

  test("throws for a single issue too", () => {
    expect(
      errorOf(() =>
        check(
          schemaOf(() => [first]),
          1,
        ),
      ).issues,
    ).toEqual([first]);
  });

  test("takes a value whose schema answers with an empty list of issues", () => {
    const schema: Schema = { "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [] }) } };
    expect(check(schema, 5)).toBe(5);
  });

  test("gives the value that was checked, not the one that a schema made of it", () => {
    const schema: Schema = { "~standard": { version: 1, vendor: "test", validate: () => ({ value: "other" }) } };
    expect(check(schema, "given")).toBe("given");
  });

  test("says what to do with a schema that takes time", () => {
    const schema: Schema = { "~standard": { version: 1, vendor: "test", validate: async () => ({ value: 1 }) } };
    expect(() => check(schema, 1)).toThrow("this schema checks asynchronously: await its validate instead");
  });
});

describe("schemaOf", () => {
  test("is a Standard Schema of version 1", () => {
    const { version, vendor } = schemaOf(() => [])["~standard"];
    expect({ version, vendor }).toEqual({ version: 1, vendor: "dataqueues" });
  });

  test("answers with the value when there are no issues, else with the issues alone", () => {
    const text = schemaOf<string>((value) => (typeof value === "string" ? [] : [first]));
    expect(text["~standard"].validate("a")).toEqual({ value: "a" });
    expect(text["~standard"].validate(1)).toEqual({ issues: [first] });
  });
});
