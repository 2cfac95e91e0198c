import { Dataset, NdArray, RecordArray } from "@dataqueues/arrays";
import { Complex, Extension, Float64, NumpyScalar } from "@dataqueues/codec-msgpack-numpy";
import { describe, expect, test } from "vitest";

import { messageToJson } from "../../src/print/message-json.ts";
import { valueToJson } from "../../src/print/value-json.ts";
import { arrayCases } from "./array-cases.ts";

describe("an array has the items of numpy's tolist", () => {
  test.for(arrayCases.filter(({ json }) => json !== null))("$name", ({ array, json }) => {
    expect(JSON.parse(valueToJson(array))).toEqual(json);
  });
});

describe("a value as JSON", () => {
  test.for([
    ["text with what moves a cursor", 'a\x1b[2J\u009b\u202e\n"', String.raw`"a\u001b[2J\u009b\u202e\n\""`],
    ["half of a surrogate pair", "\ud800", String.raw`"\ud800"`],
    ["NaN", NaN, '"NaN"'],
    ["minus infinity", -Infinity, '"-Infinity"'],
    ["minus zero, as Python writes it", -0, "-0.0"],
    ["an integer of 64 bits, with all digits", 9_007_199_254_740_993n, "9007199254740993"],
    ["a list with a hole", Object.assign([], { 1: 1 }), "[null,1]"],
    ["bytes", new Uint8Array([255, 0]), '{"base64":"/wA="}'],
    ["a typed array", new Float32Array([0.5, NaN]), '[0.5,"NaN"]'],
    ["a map with keys that are no text, as json.dumps has them", new Map<unknown, unknown>([[1, "a"], [true, null], [null, 2], ["x", 3]]), '{"1":"a","true":null,"null":2,"x":3}'], // prettier-ignore
    [
      "a key that JavaScript has a meaning for",
      JSON.parse('{"__proto__": 1, "toString": 2}'),
      '{"__proto__":1,"toString":2}',
    ],
    ["Python's complex", new Complex(1, -0.5), '{"re":1,"im":-0.5}'],
    ["Python's float", new Float64(3), "3"],
    ["an extension of msgpack", new Extension(5, new Uint8Array([1])), '{"type":5,"data":{"base64":"AQ=="}}'],
    ["a scalar of numpy", new NumpyScalar("<M8[s]", 0n), '{"dtype":"<M8[s]","shape":[],"data":"1970-01-01T00:00:00"}'],
    ["a time", new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ["no time", new Date(NaN), "null"],
    ["something with toJSON", { at: new URL("http://localhost/") }, '{"at":"http://localhost/"}'],
    ["a function and nothing", [() => 1, undefined], "[null,null]"],
    [
      "a dict with an array",
      { gain: NdArray.from([1, 2], "<i2") },
      '{"gain":{"dtype":"<i2","shape":[2],"data":[1,2]}}',
    ],
    [
      "integers of 64 bits in an array",
      NdArray.from([2n ** 63n - 1n], "<i8"),
      '{"dtype":"<i8","shape":[1],"data":[9223372036854775807]}',
    ],
    ["rows", RecordArray.fromRows([["a", "<i4"], ["b", "<f8", [2]]], [{ a: 1, b: [0.5, NaN] }]), '{"dtype":[["a","<i4"],["b","<f8",[2]]],"shape":[1],"data":[{"a":1,"b":[0.5,"NaN"]}]}'], // prettier-ignore
  ] as const)("%s", ([, value, json]) => {
    expect(valueToJson(value)).toBe(json);
    expect(() => JSON.parse(valueToJson(value)) as unknown).not.toThrow();
  });

  test("a Dataset has the names of xarray's to_dict", () => {
    const dataset = new Dataset({
      dataVars: { gain: ["antenna", [1, NaN], { units: "dB" }] },
      coords: { antenna: ["a", "b"] },
      attrs: { scan: 3 },
    });
    expect(JSON.parse(valueToJson(dataset))).toEqual({
      dims: { antenna: 2 },
      coords: { antenna: { dims: ["antenna"], dtype: "<U1", attrs: {}, data: ["a", "b"] } },
      data_vars: { gain: { dims: ["antenna"], dtype: "<f8", attrs: { units: "dB" }, data: [1, "NaN"] } },
      attrs: { scan: 3 },
    });
  });

  test("an object that contains itself is refused instead of printed for ever", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    expect(() => valueToJson(loop)).toThrow(RangeError);
    expect(() => valueToJson(loop)).toThrow("the value nests deeper than 1200 levels, or contains itself");
  });
});

test("a message is one line, with keys and headers as text where they are UTF-8", () => {
  const line = messageToJson(
    {
      topic: "gains",
      partition: 3,
      offset: 2n ** 60n,
      timestamp: 1_795_773_600_000,
      key: new Uint8Array([0xff]),
      headers: [
        ["from", new TextEncoder().encode("python")],
        ["from", null],
        ["raw", new Uint8Array([0x80])],
      ],
      value: null,
      skipped: 2,
    },
    "npy",
    "cannot be read\nas npy",
  );
  expect(line).toBe(
    '{"topic":"gains","partition":3,"offset":1152921504606846976,"timestamp":1795773600000,"key":{"base64":"/w=="},' +
      '"headers":[["from","python"],["from",null],["raw",{"base64":"gA=="}]],"skipped":2,"encoding":"npy","error":"cannot be read\\nas npy","value":null}',
  );
});
