import { expect, test } from "vitest";

import type { Schema } from "../../src/contract/schema.ts";
import { isCodec, isSchema, schemaFor } from "../../src/shared/check-formats.ts";

function schemaOf(vendor: string): Schema {
  return { "~standard": { version: 1, vendor, validate: (value) => ({ value }) } };
}

const [one, other] = [schemaOf("one"), schemaOf("other")];

test("one schema is that of every topic, and without any there is none", () => {
  expect(schemaFor(one, "a")).toBe(one);
  expect(schemaFor(undefined, "a")).toBeUndefined();
});

test("an object has the schemas of the topics that it names", () => {
  expect(schemaFor({ a: one, b: other }, "b")).toBe(other);
  expect(schemaFor({ a: one, b: other }, "c")).toBeUndefined();
});

test("a topic whose name every object knows has a schema only if the object names it itself", () => {
  for (const topic of ["toString", "constructor", "__proto__", "hasOwnProperty"]) {
    expect(schemaFor({ a: one }, topic)).toBeUndefined();
    expect(schemaFor(Object.fromEntries([[topic, other]]), topic)).toBe(other);
  }
});

test("an object with the method schemaFor is asked, unless that is the schema of a topic of this name", () => {
  const asked = { schemas: {}, otherwise: undefined, schemaFor: (topic: string) => (topic === "a" ? one : undefined) };
  expect(schemaFor(asked, "a")).toBe(one);
  expect(schemaFor(asked, "b")).toBeUndefined();
  const named = Object.assign(() => undefined, schemaOf("a function"));
  expect(schemaFor({ schemaFor: named }, "schemaFor")).toBe(named);
  expect(schemaFor({ schemaFor: named }, "a")).toBeUndefined();
});

test("a codec has both methods, and a schema a validate", () => {
  const codec = { encode: () => undefined, decode: () => undefined };
  expect([isCodec(codec), isCodec({ encode: codec.encode }), isCodec(null), isCodec("utf-8")]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect([isSchema(one), isSchema(codec), isSchema({ "~standard": {} }), isSchema(undefined)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
