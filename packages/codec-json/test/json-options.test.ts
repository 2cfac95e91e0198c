import { expect, test, vi } from "vitest";

import { json } from "@dataqueues/codec-json";

test.each([
  ["nonFinite", "nul", 'nonFinite must be "error", "null" or "python", not "nul"'],
  ["nonFinite", "x".repeat(50), `nonFinite must be "error", "null" or "python", not "${"x".repeat(40)}"`],
  ["nonFinite", {}, 'nonFinite must be "error", "null" or "python", not an object'],
  ["acceptNonFinite", "no", 'acceptNonFinite must be true or false, not "no"'],
  ["pythonStyle", null, "pythonStyle must be true or false, not null"],
  ["bigint", () => true, "bigint must be true or false, not a function"],
  ["maxDepth", -1, "maxDepth must be a whole number from 0 to 2000, not -1"],
  ["maxDepth", 2001, "maxDepth must be a whole number from 0 to 2000, not 2001"],
  ["maxDepth", 1.5, "maxDepth must be a whole number from 0 to 2000, not 1.5"],
  ["maxDepth", 5n, "maxDepth must be a whole number from 0 to 2000, not 5"],
  ["maxDepth", Symbol("deep"), "maxDepth must be a whole number from 0 to 2000, not Symbol(deep)"],
])("the option %s: %o is refused, and what it may be is told", (name, value, message) => {
  expect(() => json({ [name]: value })).toThrow(
    expect.objectContaining({
      name: "CodecError",
      code: "INVALID_ARGUMENT",
      message,
      path: undefined,
      offset: undefined,
    }),
  );
});

test.each([
  [null, "null"],
  [undefined, undefined],
  [5, "5"],
  ["python", '"python"'],
  [() => 1, "a function"],
])("options that are %o are refused unless they are left out", (options, shown) => {
  if (shown === undefined) expect(() => json(options as never)).not.toThrow();
  else expect(() => json(options as never)).toThrow(`options must be an object, not ${shown}`);
});

test.each([
  ["nonFinite", ["error", "null", "python"]],
  ["acceptNonFinite", [true, false]],
  ["pythonStyle", [true, false]],
  ["bigint", [true, false]],
  ["maxDepth", [0, 1, 2000]],
])("%s may be any of %j", (name, values) => {
  for (const value of values) expect(() => json({ [name]: value })).not.toThrow();
});

test("the codec has a name and cannot be changed", () => {
  const codec = json();
  expect(codec).toMatchObject({ name: "json" });
  expect(Object.isFrozen(codec)).toBe(true);
});

test("bytes that are no UTF-8 are refused with the decoder's error as the cause", () => {
  expect(() => json().decode(Uint8Array.of(0x22, 0xc3, 0x22))).toThrow(
    expect.objectContaining({ code: "utf8", message: "not UTF-8, so not JSON", cause: expect.any(TypeError) }),
  );
});

test("bytes of which no text can be made are refused by their number, with the engine's error as the cause", () => {
  // What engines throw for 2^29 bytes and more, which are tried in large.test.ts.
  const cause = new RangeError("Invalid string length");
  const decode = vi.spyOn(TextDecoder.prototype, "decode").mockImplementation(() => {
    throw cause;
  });
  const decoding = (): unknown => json().decode(Uint8Array.of(0x31, 0x32));
  try {
    expect(decoding).toThrow(
      expect.objectContaining({ code: "size", message: "2 bytes are more than a JavaScript string holds", cause }),
    );
  } finally {
    decode.mockRestore();
  }
});
