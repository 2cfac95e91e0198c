import { describe, expect, test } from "vitest";

import {
  checkBytes,
  checkLimit,
  checkNumber,
  checkRecord,
  checkWord,
  DatasetError,
  FormatError,
  invalidArgument,
} from "../src/index.ts";

class Named {
  readonly held = 5;
}

describe("an invalid argument", () => {
  test.each<readonly [unknown, string]>([
    ["x", '"x"'],
    ["", '""'],
    ['a "b"\n', '"a \\"b\\"\\n"'],
    ["x".repeat(40), `"${"x".repeat(40)}"`],
    ["x".repeat(41), "a text of 41"],
    [5, "5"],
    [-0.5, "-0.5"],
    [NaN, "NaN"],
    [5n, "5n"],
    [true, "true"],
    [null, "null"],
    [undefined, "undefined"],
    [Symbol("s"), "Symbol(s)"],
    [() => 5, "a function"],
    [Named, "a function"],
    [[], "[]"],
    [[1, "a", 2n, null, [3], {}, new Named()], '[1, "a", 2n, null, a list, a Object, a Named]'],
    [Array.from({ length: 8 }, (_, index) => index), "[0, 1, 2, 3, 4, 5, 6, 7]"],
    [Array.from({ length: 9 }, () => 0), "a list of 9"],
    [{ secret: 1 }, "a Object"],
    [new Named(), "a Named"],
    [new Uint8Array(3), "a Uint8Array"],
    [Object.create(null), "a object"],
    [{ constructor: undefined }, "a object"],
  ])("is shown in a few words: %o", (value, shown) => {
    const error = invalidArgument("thing", "something else", value);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe(`thing must be something else, not ${shown}`);
  });
});

/** Expects a TypeError with this message, or no error for undefined. */
function messageOf(act: () => void): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
  return undefined;
}

describe("the checks that codecs share", () => {
  test("checkRecord takes an object or undefined", () => {
    for (const value of [undefined, {}, { a: 1 }, Object.create(null)])
      expect(messageOf(() => checkRecord("it", value))).toBeUndefined();
    expect(messageOf(() => checkRecord("it", null))).toBe("it must be an object, not null");
    expect(messageOf(() => checkRecord("it", [1]))).toBe("it must be an object, not [1]");
    expect(messageOf(() => checkRecord("it", "x"))).toBe('it must be an object, not "x"');
    expect(messageOf(() => checkRecord("it", () => 1))).toBe("it must be an object, not a function");
  });

  test("checkWord takes one of the words or undefined", () => {
    const words = ["auto", "never", false];
    for (const value of [undefined, "auto", "never", false])
      expect(messageOf(() => checkWord("it", value, words))).toBeUndefined();
    for (const value of ["", "Auto", true, null, 0]) {
      const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
      expect(messageOf(() => checkWord("it", value, words))).toBe(
        `it must be one of "auto", "never", false, not ${shown}`,
      );
    }
  });

  test("checkLimit takes a whole number from 1 on, Infinity or undefined", () => {
    for (const value of [undefined, Infinity, 1, 2, Number.MAX_SAFE_INTEGER])
      expect(messageOf(() => checkLimit("it", value))).toBeUndefined();
    for (const value of [0, -1, 0.5, 1.5, NaN, -Infinity, 2 ** 53, null, "1", 1n])
      expect(messageOf(() => checkLimit("it", value))).toMatch(
        /^it must be a whole number from 1 on, or Infinity, not /,
      );
  });

  test("checkNumber takes a number, also NaN", () => {
    for (const value of [0, -1.5, NaN, Infinity]) expect(messageOf(() => checkNumber("it", value))).toBeUndefined();
    for (const value of [undefined, null, "1", 1n, true])
      expect(messageOf(() => checkNumber("it", value))).toMatch(/^it must be a number, not /);
  });

  test("checkBytes takes a Uint8Array", () => {
    for (const value of [new Uint8Array(1), Buffer.alloc(1)])
      expect(messageOf(() => checkBytes(value))).toBeUndefined();
    for (const value of [
      undefined,
      null,
      "x",
      [1],
      new Int8Array(1),
      new ArrayBuffer(1),
      new DataView(new ArrayBuffer(1)),
    ])
      expect(messageOf(() => checkBytes(value))).toMatch(/^bytes must be a Uint8Array, not /);
  });
});

describe("error classes", () => {
  test("a FormatError has codec, code, place and cause", () => {
    const cause = new Error("first");
    const error = new FormatError("it is wrong", { codec: "npy", code: "magic", offset: 6, path: "gains[3]", cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "FormatError", message: "it is wrong", codec: "npy", code: "magic", offset: 6, path: "gains[3]", cause }); // prettier-ignore
    expect(String(error)).toBe("FormatError: it is wrong");
  });

  test("a FormatError without a cause has no such property", () => {
    const error = new FormatError("it is wrong", { codec: "npy", code: "magic" });
    expect(Object.hasOwn(error, "cause")).toBe(false);
    expect([error.offset, error.path]).toEqual([undefined, undefined]);
  });

  test("a DatasetError has one sentence for one problem, and a list for several", () => {
    expect(new DatasetError("this is odd", ["a is wrong"])).toMatchObject({
      name: "DatasetError",
      code: "INCONSISTENT",
      message: "this is odd: a is wrong",
      problems: ["a is wrong"],
    });
    expect(new DatasetError("this is odd", ["a is wrong", "b too"]).message).toBe(
      "this is odd: \n * a is wrong\n * b too",
    );
  });
});
