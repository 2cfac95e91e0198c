import { describe, expect, test } from "vitest";

import {
  checkBoolean,
  checkChoice,
  checkCommonOptions,
  checkFunction,
  checkObject,
  checkSignal,
} from "../../src/shared/check-options.ts";

/** An INVALID_ARGUMENT; its message says the name, what is wanted and what was given. */
function refusal(message: string): unknown {
  return expect.objectContaining({ name: "DataQueueError", code: "INVALID_ARGUMENT", message });
}

const nothing = (): undefined => undefined;
/** A class that is a schema itself, as PointingNumpyArray is. */
class SchemaClass {
  static readonly "~standard" = { version: 1, vendor: "test", validate: nothing };
  readonly rows: number = 0;
}
/** A function that is a codec. */
const codecFunction = Object.assign((): undefined => undefined, { encode: nothing, decode: nothing });
const schemaFunction = Object.assign((): undefined => undefined, { "~standard": { validate: nothing } });

describe("options that a producer and a consumer share", () => {
  test.each([
    {},
    { encoding: undefined, schema: undefined, validate: undefined, signal: undefined, onEvent: undefined },
    // Without an encoding values are bytes.
    { encoding: null },
    { encoding: { encode: nothing, decode: nothing } },
    { encoding: codecFunction },
    { schema: { "~standard": { validate: nothing } } },
    { schema: SchemaClass },
    { schema: schemaFunction },
    { schema: { a: SchemaClass, b: schemaFunction } },
    { schema: { schemaFor: schemaFunction } },
    { schema: { schemaFor: nothing } },
    { validate: true },
    { validate: false },
    { signal: new AbortController().signal },
    { signal: { aborted: false, addEventListener: nothing } },
    { onEvent: nothing },
  ])("are accepted: %o", (options) => {
    expect(checkCommonOptions(options)).toBeUndefined();
  });

  const codec = "encoding must be a codec, such as json(), with encode and decode";
  const standard = 'must be a Standard Schema, with "~standard".validate';
  const schema = `schema ${standard}, or an object with one for each topic`;
  const signal = "signal must be an AbortSignal";
  test.each([
    [undefined, "options must be an object, not undefined"],
    [null, "options must be an object, not null"],
    ["fast", 'options must be an object, not "fast"'],
    [{ encoding: "utf-8" }, `${codec}, not "utf-8"`],
    [{ encoding: 5 }, `${codec}, not 5`],
    [{ encoding: {} }, `${codec}, not a Object`],
    [{ encoding: nothing }, `${codec}, not a function`],
    [{ encoding: { encode: nothing } }, `${codec}, not a Object`],
    [{ encoding: { decode: nothing } }, `${codec}, not a Object`],
    [{ encoding: { encode: 1, decode: 2 } }, `${codec}, not a Object`],
    [{ schema: null }, `${schema}, not null`],
    [{ schema: "schema" }, `${schema}, not "schema"`],
    [{ schema: {} }, `${schema}, not a Object`],
    [{ schema: nothing }, `${schema}, not a function`],
    [{ schema: { "~standard": nothing } }, `${schema}, not a Object`],
    [{ schema: { "~standard": null } }, `${schema}, not a Object`],
    [{ schema: { "~standard": { validate: true } } }, `${schema}, not a Object`],
    [{ schema: [SchemaClass] }, `${schema}, not a list`],
    [{ schema: new Map([["a", SchemaClass]]) }, `${schema}, not a Map`],
    [{ schema: { standard: { validate: nothing } } }, `schema["standard"] ${standard}, not a Object`],
    [{ schema: { a: SchemaClass, b: undefined } }, `schema["b"] ${standard}, not undefined`],
    [{ schema: { 'a"': 5 } }, `schema["a\\""] ${standard}, not 5`],
    [{ validate: "yes" }, 'validate must be true or false, not "yes"'],
    [{ validate: 1 }, "validate must be true or false, not 1"],
    [{ validate: null }, "validate must be true or false, not null"],
    [{ signal: null }, `${signal}, not null`],
    [{ signal: true }, `${signal}, not true`],
    [{ signal: { aborted: false } }, `${signal}, not a Object`],
    [{ signal: { addEventListener: nothing } }, `${signal}, not a Object`],
    [{ signal: new AbortController() }, `${signal}, not a AbortController`],
    [{ onEvent: "log" }, 'onEvent must be a function, not "log"'],
    [{ onEvent: null }, "onEvent must be a function, not null"],
  ])("are refused with their names: %o", (options, message) => {
    expect(() => Reflect.apply(checkCommonOptions, undefined, [options])).toThrow(refusal(message));
  });
});

test("any object is an object, and nothing else", () => {
  expect(checkObject("configs", {})).toBeUndefined();
  expect(checkObject("configs", [])).toBeUndefined();
  expect(() => checkObject("configs", nothing)).toThrow(refusal("configs must be an object, not a function"));
  expect(() => checkObject("configs", null)).toThrow(refusal("configs must be an object, not null"));
});

test("a signal, a boolean and a function may be left out", () => {
  expect(checkSignal(undefined)).toBeUndefined();
  expect(checkBoolean("idempotent", undefined)).toBeUndefined();
  expect(checkFunction("onEvent", undefined)).toBeUndefined();
});

test("what is no boolean or no function is refused with the given name", () => {
  expect(() => checkBoolean("idempotent", "yes")).toThrow(refusal('idempotent must be true or false, not "yes"'));
  expect(() => checkFunction("newTopic", {})).toThrow(refusal("newTopic must be a function, not a Object"));
});

test("a choice is one of its values", () => {
  for (const value of [-1, 0, "none", undefined]) {
    expect(checkChoice("acks", value, [-1, 0, "none", undefined])).toBeUndefined();
  }
  expect(() => checkChoice("acks", "0", [-1, 0, "none"])).toThrow(
    refusal('acks must be one of -1, 0, "none", not "0"'),
  );
  expect(() => checkChoice("acks", undefined, [-1, 0])).toThrow(refusal("acks must be one of -1, 0, not undefined"));
});
