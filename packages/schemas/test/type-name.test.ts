import { DataArray, Dataset, NdArray, RecordArray, Variable } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { shortRepr, typeName } from "../src/type-name.ts";

class Own {
  readonly field = 1;
}
/** Classes of another copy of the package, whose names a bundler has cut. */
class A {
  readonly dims = ["time"];
  readonly data = NdArray.from([1]);
  readonly coords = {};
}
class B {
  readonly dataVars = {};
  readonly coords = {};
  readonly attrs = {};
}
const bare: Record<string, unknown> = Object.create(null);

describe("typeName", () => {
  test.each<[what: string, value: unknown, name: string]>([
    ["null", null, "NoneType"],
    ["undefined", undefined, "NoneType"],
    ["text", "text", "str"],
    ["an empty text", "", "str"],
    ["true", true, "bool"],
    ["false", false, "bool"],
    ["a bigint", 2n ** 70n, "int"],
    ["zero", 0, "int"],
    ["a number without a fraction", -3, "int"],
    ["a number with a fraction", 1.5, "float"],
    ["NaN", NaN, "float"],
    ["infinity", -Infinity, "float"],
    ["an empty list", [], "list"],
    ["a list", [1, "a"], "list"],
    ["a dict", { a: 1 }, "dict"],
    ["a dict without prototype", bare, "dict"],
    ["an NdArray", NdArray.from([1]), "ndarray"],
    ["a RecordArray", new RecordArray([["a", "<f8"]], [1], new Uint8Array(8)), "ndarray"],
    ["a DataArray", new DataArray([1], { dims: ["time"] }), "DataArray"],
    ["a Dataset", new Dataset(), "Dataset"],
    ["a DataArray whose class has another name", new A(), "DataArray"],
    ["a Dataset whose class has another name", new B(), "Dataset"],
    ["a Variable", new Variable(["time"], NdArray.from([1])), "Variable"],
    ["a typed array", new Float64Array(1), "Float64Array"],
    ["bytes", new Uint8Array(1), "Uint8Array"],
    ["a view of bytes", new DataView(new ArrayBuffer(1)), "DataView"],
    ["a Date", new Date(0), "Date"],
    ["a Map", new Map(), "Map"],
    ["an instance of a class", new Own(), "Own"],
    ["a function", () => 1, "Function"],
    ["a symbol", Symbol("a"), "Symbol"],
    ["an object that inherits of one without a constructor", Object.create(bare), "object"],
    ["an object whose constructor is no function", Object.create({ constructor: "text" }), "object"],
  ])("of %s", (_what, value, name) => {
    expect(typeName(value)).toBe(name);
  });
});

describe("shortRepr", () => {
  const sixty = "0123456789".repeat(6);
  test.each<[what: string, value: unknown, words: string]>([
    ["text stands in quotes", "text", '"text"'],
    ["quotes and line ends in a text are seen", 'a"b\n', String.raw`"a\"b\n"`],
    ["an empty text is seen", "", '""'],
    ["a number", 1.5, "1.5"],
    ["minus one", -1, "-1"],
    ["NaN", NaN, "NaN"],
    ["a bigint", 12n, "12"],
    ["a boolean", false, "false"],
    ["undefined", undefined, "undefined"],
    ["null", null, "null"],
    ["a symbol", Symbol("a"), "Symbol(a)"],
    ["of a list only that it is one", [1, 2], "list"],
    ["of a dict only that it is one", { a: 1 }, "dict"],
    ["of an array only that it is one", NdArray.from([1]), "ndarray"],
    ["of a typed array only what it is", new Float64Array(2), "Float64Array"],
    ["a text of 60 characters with its quotes is whole", sixty.slice(2), `"${sixty.slice(2)}"`],
    ["a text of 61 characters with its quotes is cut after 60", sixty.slice(1), `"${sixty.slice(1)}…`],
    ["a number of 60 digits is whole", BigInt(`1${sixty.slice(1)}`), `1${sixty.slice(1)}`],
    ["a number of 61 digits is cut after 60", BigInt(`1${sixty}`), `1${sixty.slice(0, 59)}…`],
  ])("%s", (_what, value, words) => {
    expect(shortRepr(value)).toBe(words);
  });
});
