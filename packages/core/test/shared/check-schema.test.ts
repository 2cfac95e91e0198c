import { describe, expect, test } from "vitest";

import { SchemaError } from "../../src/contract/errors.ts";
import type { SchemaIssue } from "../../src/contract/errors.ts";
import type { Schema, StandardSchemaIssue, StandardSchemaResult } from "../../src/contract/schema.ts";
import { checkSchema, schemaError } from "../../src/shared/check-schema.ts";

type Answer = StandardSchemaResult<unknown> | Promise<StandardSchemaResult<unknown>>;

function schema(validate: (value: unknown) => Answer): Schema {
  return { "~standard": { version: 1, vendor: "test", validate } };
}

const refusing = (...issues: readonly StandardSchemaIssue[]): Schema => schema(() => ({ issues }));

/** The error of `checkSchema`. */
function refusal(of: Schema, place = {}): unknown {
  try {
    return checkSchema(5, of, place);
  } catch (error) {
    return error;
  }
}

test("a schema gets the value, and a value that it accepts passes at once", () => {
  const seen: unknown[] = [];
  const value = { a: 1 };
  const good = schema((given) => {
    seen.push(given);
    return { value: given };
  });
  expect(checkSchema(value, good, {})).toBeUndefined();
  expect(seen).toEqual([value]);
  expect(seen[0]).toBe(value);
});

test("an empty list of issues means that the value is accepted", () => {
  expect(checkSchema(5, refusing(), {})).toBeUndefined();
});

test("the message has the path of an issue and the topic, and the error has the issue itself", () => {
  const issue = { message: "not a number", path: ["rows", 2, { key: "azimuth" }, Symbol("unit")], code: "dtype" };
  const error = refusal(refusing(issue), { topic: "a", partition: 1 });
  expect(error).toMatchObject({ name: "SchemaError", code: "SCHEMA_MISMATCH", topic: "a", partition: 1 });
  expect(error).toHaveProperty("issues", [issue]);
  expect(error).toHaveProperty(
    "message",
    "the value for topic a does not match its schema: 1 issue\n * rows.2.azimuth.Symbol(unit): not a number",
  );
});

test("the message has all issues, with paths and topic only where there are any", () => {
  const error = refusal(
    refusing({ message: "too short" }, { message: "no text", path: [] }, { message: "c", path: [0] }),
  );
  expect(error).toHaveProperty(
    "message",
    "the value does not match its schema: 3 issues\n * too short\n * no text\n * 0: c",
  );
  expect(error).toMatchObject({ topic: undefined });
});

test("a schema that returns a promise is waited for", async () => {
  await expect(
    checkSchema(
      5,
      schema(async (value) => ({ value })),
      {},
    ),
  ).resolves.toBeUndefined();
  const issues = [{ message: "too late" }];
  await expect(
    checkSchema(
      5,
      schema(async () => ({ issues })),
      { topic: "a" },
    ),
  ).rejects.toMatchObject({
    name: "SchemaError",
    topic: "a",
    issues,
  });
});

describe("schemaError", () => {
  const first = { code: "wrong_type", path: ["a", 0], message: "a text is needed", found: 1, expected: "str" };
  const second = { code: "missing_field", path: [], message: "a field is missing" };

  test.each<[issues: readonly SchemaIssue[], message: string]>([
    [[{ message: "it is wrong" }], "no: 1 issue\n * it is wrong"],
    [[{ message: "it is wrong", path: [] }], "no: 1 issue\n * it is wrong"],
    [[{ message: "it is wrong", path: ["a"] }], "no: 1 issue\n * a: it is wrong"],
    [[{ message: "it is wrong", path: ["a", 0, { key: "b" }] }], "no: 1 issue\n * a.0.b: it is wrong"],
    [[{ message: "it is wrong", path: [Symbol("a")] }], "no: 1 issue\n * Symbol(a): it is wrong"],
    [[first, second], "no: 2 issues\n * a.0: a text is needed\n * a field is missing"],
    [[first, second, first], "no: 3 issues\n * a.0: a text is needed\n * a field is missing\n * a.0: a text is needed"],
  ])("of %o", (issues, message) => {
    const error = schemaError("no", issues);
    expect(error).toBeInstanceOf(SchemaError);
    expect(error.code).toBe("SCHEMA_MISMATCH");
    expect(error.message).toBe(message);
    expect(error.issues).toEqual(issues);
  });
});
