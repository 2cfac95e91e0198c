import { inspect } from "node:util";

import { beforeEach, describe, expect, test, vi } from "vitest";

import {
  ClosedError,
  CodecError,
  DataQueueError,
  DecodeError,
  EncodeError,
  kafkaError,
  SchemaError,
  TransportError,
  UnsupportedError,
} from "../../src/contract/errors.ts";

const cause = new RangeError("below");
const place = { topic: "a", partition: 3, offset: 7n };
const all = { ...place, code: "SPECIAL", cause };
const bytes = new Uint8Array([1, 2]);
const issues = [{ message: "not a number" }];

type Errors = typeof import("../../src/contract/errors.ts");

/** One error of each kind, with its name and its default code. */
const kinds: readonly (readonly [
  kind: keyof Errors,
  code: string,
  make: (errors: Errors, details: object) => Error,
])[] = [
  ["DataQueueError", "UNKNOWN", (one, details) => new one.DataQueueError("why", details)],
  ["EncodeError", "UNKNOWN", (one, details) => new one.EncodeError("why", details)],
  ["DecodeError", "UNKNOWN", (one, details) => new one.DecodeError("why", { bytes, ...details })],
  ["SchemaError", "SCHEMA_MISMATCH", (one, details) => new one.SchemaError("why", { issues, ...details })],
  [
    "TransportError",
    "NETWORK_EXCEPTION",
    (one, details) => new one.TransportError("why", { code: "NETWORK_EXCEPTION", retriable: true, ...details }),
  ],
  ["ClosedError", "CLOSED", (one, details) => new one.ClosedError("why", details)],
  ["UnsupportedError", "UNSUPPORTED", (one, details) => new one.UnsupportedError("why", details)],
];

const own: Errors = {
  ClosedError,
  CodecError,
  DataQueueError,
  DecodeError,
  EncodeError,
  kafkaError,
  SchemaError,
  TransportError,
  UnsupportedError,
};

describe.for(kinds)("%s", ([kind, code, make]) => {
  test("has its name, what happened and where", () => {
    const error = make(own, all);
    expect(error).toMatchObject({ ...all, name: kind, message: "why" });
    expect(error.stack).toContain("why");
  });

  test("has a default code", () => {
    expect(make(own, {})).toMatchObject({ code });
  });

  test("prints only the known parts of its place", () => {
    const shown = inspect(make(own, { topic: "a" }));
    expect(shown).toContain("topic: 'a'");
    expect(shown).not.toMatch(/partition|offset: |cause/u);
    const error = make(own, {});
    expect(error).toMatchObject({ topic: undefined, partition: undefined, offset: undefined });
    expect(Object.keys(error)).not.toEqual(expect.arrayContaining(["topic"]));
    expect("cause" in error).toBe(false);
    expect(Object.keys(make(own, all))).toEqual(expect.arrayContaining(["topic", "partition", "offset"]));
  });

  test("is an instance of its kind and of DataQueueError, and of no other kind", () => {
    const error = make(own, {});
    expect(error).toBeInstanceOf(Error);
    for (const [other] of kinds) {
      expect([other, error instanceof own[other]]).toEqual([other, other === kind || other === "DataQueueError"]);
    }
  });
});

describe("errors of another copy of the package", () => {
  let copy: Errors;

  beforeEach(async () => {
    vi.resetModules();
    copy = await import("../../src/contract/errors.ts");
  });

  test.for(kinds)("are known by their kind: %s", ([kind, , make]) => {
    expect(copy[kind]).not.toBe(own[kind]);
    const error = make(copy, {});
    for (const [other] of kinds) {
      expect([other, error instanceof own[other]]).toEqual([other, other === kind || other === "DataQueueError"]);
    }
  });
});

test("instanceof recognises nothing that is no error of the library", () => {
  const brand = Symbol.for("dataqueues.error");
  const others = [null, undefined, "DataQueueError", 5, {}, new Error("x"), () => undefined];
  for (const other of [...others, { [brand]: "DataQueueError" }, { [brand]: undefined }, { [brand]: ["Other"] }]) {
    expect(other instanceof DataQueueError).toBe(false);
    expect(other instanceof TransportError).toBe(false);
  }
});

test("a user's own class is an instance of its base, and other errors of the base are not instances of it", () => {
  class LateError extends TransportError {}
  const error = new LateError("late", { code: "NETWORK_EXCEPTION", retriable: false });
  expect(error).toBeInstanceOf(LateError);
  expect(error).toBeInstanceOf(TransportError);
  expect(error).toBeInstanceOf(DataQueueError);
  expect(new TransportError("plain", { code: "NETWORK_EXCEPTION", retriable: false })).not.toBeInstanceOf(LateError);
});

test("a user's own class may have a name of its own", () => {
  class LateError extends TransportError {
    static override readonly kind: string = "LateError";
  }
  const error = new LateError("late", { code: "NETWORK_EXCEPTION", retriable: false });
  expect(error.name).toBe("LateError");
  expect(error).toBeInstanceOf(LateError);
  expect(error).toBeInstanceOf(DataQueueError);
  expect(new TransportError("plain", { code: "NETWORK_EXCEPTION", retriable: false })).not.toBeInstanceOf(LateError);
});

test("the brand of an error is not enumerable", () => {
  const shown = Reflect.ownKeys(Object.assign({}, new DataQueueError("x")));
  expect(shown).toEqual(["code", "name"]);
});

test("a DecodeError has the record's bytes, and the offset in them if it is known", () => {
  expect(new DecodeError("x", { bytes, byteOffset: 1 })).toMatchObject({ bytes, byteOffset: 1 });
  expect(new DecodeError("x", { bytes })).toMatchObject({ bytes, byteOffset: undefined });
});

test("a SchemaError has all issues", () => {
  const error = new SchemaError("x", { issues });
  expect(error.issues).toBe(issues);
});

test.each([true, false])("a TransportError says whether trying again can help: %s", (retriable) => {
  expect(new TransportError("x", { code: "NETWORK_EXCEPTION", retriable }).retriable).toBe(retriable);
});

test("the brand is the same in every version of the package", () => {
  expect(Reflect.get(new EncodeError("why"), Symbol.for("dataqueues.error"))).toEqual([
    "EncodeError",
    "DataQueueError",
  ]);
});

test("a CodecError has a code and a place, and a cause only where there is one", () => {
  const cause = new Error("why");
  expect(new CodecError("too deep", { code: "depth", path: "$.a", offset: 3, cause })).toMatchObject({
    name: "CodecError",
    code: "depth",
    message: "too deep",
    path: "$.a",
    offset: 3,
    cause,
  });
  const bare = new CodecError("wrong", { code: "syntax" });
  expect(bare).toMatchObject({ path: undefined, offset: undefined });
  expect(Object.hasOwn(bare, "cause")).toBe(false);
});
