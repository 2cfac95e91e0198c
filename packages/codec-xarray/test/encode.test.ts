import { DataArray, Dataset, NdArray } from "@dataqueues/arrays";
import { tableFromIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { xarray } from "../src/index.ts";

const dataset = new Dataset({
  dataVars: { gain: [["antenna", "pol"], new Float32Array([1, 2, 3, 4, 5, 6]), { units: "Jy" }] },
  coords: { antenna: ["a", "b", "c"], pol: ["X", "Y"] },
});

test("the stream is one row with a list for each variable", () => {
  const table = tableFromIPC(xarray().encode(dataset));
  expect(table.numRows).toBe(1);
  expect(table.schema.fields.map(String)).toEqual(["antenna: List<Utf8>", "pol: List<Utf8>", "gain: List<Float32>"]);
  expect([...(table.getChild("gain")?.get(0) ?? [])]).toEqual([1, 2, 3, 4, 5, 6]);
});

test("the metadata are those of the wire format", () => {
  const { metadata } = tableFromIPC(xarray().encode(dataset)).schema;
  expect(metadata.get("dataqueue:format")).toBe("xarray-arrow");
  expect(metadata.get("dataqueue:version")).toBe("1");
  expect(JSON.parse(metadata.get("xarray") ?? "")).toEqual({
    coords: {
      antenna: { dims: ["antenna"], attrs: {}, dtype: "<U1", shape: [3] },
      pol: { dims: ["pol"], attrs: {}, dtype: "<U1", shape: [2] },
    },
    attrs: {},
    dims: { antenna: 3, pol: 2 },
    data_vars: { gain: { dims: ["antenna", "pol"], attrs: { units: "Jy" }, dtype: "float32", shape: [3, 2] } },
  });
});

test("the bytes start where their buffer starts and are not shared between calls", () => {
  const codec = xarray();
  const [one, other] = [codec.encode(dataset), codec.encode(dataset)];
  expect(one.byteOffset).toBe(0);
  expect(one.buffer).not.toBe(other.buffer);
});

test("variables may share their memory", () => {
  const data = Float64Array.from({ length: 8 }, (_, index) => index);
  const shared = new Dataset({ dataVars: { all: ["x", data], head: ["y", data.subarray(0, 4)], same: ["x", data] } });
  expect(xarray().decode(xarray().encode(shared)).identical(shared)).toBe(true);
});

test("a DataArray is sent as a Dataset with that variable, coordinates included", () => {
  const decoded = xarray().decode(xarray().encode(dataset.get("gain")));
  expect(decoded.identical(dataset)).toBe(true);
  const nameless = xarray().decode(xarray().encode(new DataArray([1, 2])));
  expect(Object.keys(nameless.dataVars)).toEqual(["__xarray_dataarray_variable__"]);
});

test("attributes keep values that JSON does not have", () => {
  const attrs = {
    nan: NaN,
    low: -Infinity,
    zero: -0,
    id: 2n ** 63n,
    list: [NaN, [true, null]],
    array: NdArray.from([1, 2]),
  };
  const decoded = xarray().decode(xarray().encode(new Dataset({ attrs })));
  expect({ ...decoded.attrs }).toEqual({ ...attrs, array: [1, 2] });
});

test.for<[string, unknown, string]>([
  ["undefined", undefined, "dataset.attrs.a.b[1]"],
  ["a Date", new Date(), "a Date"],
  ["a Map", new Map(), "a Map"],
  ["a complex array", NdArray.from([{ re: 1, im: 2 }]), "dataset.attrs.a.b[1]"],
  ["a function", () => 1, "function"],
])("an attribute that is %s is an error that names it", ([, value, told]) => {
  const attrs = { a: { b: [1, value] } };
  expect(() => xarray().encode(new Dataset({ attrs }))).toThrow(told);
});

test("a number stays a number and a bigint a bigint, written as Python's json.dumps does", () => {
  const attrs = { a: 1e16, b: 10n ** 16n, c: 2 ** 53, d: -(2n ** 53n), e: [1e20, -1.5e17, 5e-324, 3], f: 1e21, g: -0 };
  const bytes = xarray().encode(new Dataset({ attrs }));
  const text =
    '{"a": 1e+16, "b": 10000000000000000, "c": 9007199254740992.0, "d": -9007199254740992, ' +
    '"e": [1e+20, -1.5e+17, 5e-324, 3], "f": 1e+21, "g": -0.0}';
  expect(Buffer.from(bytes).toString()).toContain(text);
  expect({ ...xarray().decode(bytes).attrs }).toStrictEqual(attrs);
});

test("an attribute with more digits than decode reads is an error", () => {
  expect(() => xarray().encode(new Dataset({ attrs: { a: 10n ** 5000n } }))).toThrow("dataset.attrs.a");
});

test("an attribute within itself is an error and not a hang", () => {
  const attrs: Record<string, unknown> = {};
  attrs["self"] = attrs;
  expect(() => xarray().encode(new Dataset({ attrs }))).toThrow(TypeError);
});

test("a dtype without a form on the wire is an error that names the variable", () => {
  const days = NdArray.fromBytes("<M8[D]", [1], new Uint8Array(8));
  expect(() => xarray().encode(new Dataset({ dataVars: { day: ["x", days] } }))).toThrow(/'day'.*<M8\[D\]/);
});

test("half of a surrogate pair is an error and not another character", () => {
  expect(() => xarray().encode(new Dataset({ dataVars: { text: ["x", ["\ud800"]] } }))).toThrow(/'text'/);
  expect(() => xarray().encode(new Dataset({ dataVars: { "\udfff": ["x", [1]] } }))).toThrow(TypeError);
});

test("every buffer lies at a multiple of 8, so that the bytes can be read without a copy", () => {
  const odd = new Dataset({
    dataVars: { flag: ["a", new Uint8Array(3)], name: ["b", ["x", "yz"]], power: ["c", new Float64Array(5)] },
  });
  const bytes = xarray().encode(odd);
  expect(bytes.length % 8).toBe(0);
  const { data } = xarray({ copy: "never" }).decode(bytes).get("power").data;
  expect(data.buffer).toBe(bytes.buffer);
  expect(data.byteOffset % 8).toBe(0);
});

test("anything else than a Dataset is an error", () => {
  const value: unknown = { v: [1, 2] };
  expect(() => xarray().encode(value as Dataset)).toThrow(TypeError);
});
