import { Dataset, NdArray } from "@dataqueues/arrays";
import { expect, test } from "vitest";
import { toColumns } from "../../src/datasets/to-columns.ts";

const limits = { maxTextBytes: 2 ** 20, maxDescriptionLength: 2 ** 20 };
const refused = (message: string): unknown => expect.objectContaining({ name: "TypeError", message });

const gain = NdArray.from(
  [
    [1, 0.5],
    [0.25, 2],
  ],
  "<f4",
);
const times = NdArray.fromBytes("<M8[ns]", [1], new Uint8Array(8));
const dataset = new Dataset({
  dataVars: {
    gain: [["antenna", "pol"], gain, { units: "Jy", nan: NaN, é: [1, null, true] }],
    vis: ["antenna", NdArray.fromBytes("<c8", [2], new Uint8Array(16))],
  },
  coords: { antenna: ["SKA001", "é"], time: times },
  attrs: { history: 'a "b"\n', big: 2n ** 63n },
});

test("the metadata are those of the wire format, with the description that Python writes", () => {
  // json.dumps(dataset.to_dict(data=False), ensure_ascii=False) of the same Dataset in xarray 2026.9.
  const description = String.raw`{"coords": {"antenna": {"dims": ["antenna"], "attrs": {}, "dtype": "<U6", "shape": [2]}, "time": {"dims": ["time"], "attrs": {}, "dtype": "datetime64[ns]", "shape": [1]}}, "attrs": {"history": "a \"b\"\n", "big": 9223372036854775808}, "dims": {"antenna": 2, "pol": 2, "time": 1}, "data_vars": {"gain": {"dims": ["antenna", "pol"], "attrs": {"units": "Jy", "nan": NaN, "é": [1, null, true]}, "dtype": "float32", "shape": [2, 2]}, "vis": {"dims": ["antenna"], "attrs": {}, "dtype": "complex64", "shape": [2]}}}`;
  const written = toColumns(dataset, limits).metadata;
  expect([...written.keys()]).toEqual(["xarray", "dataqueue:format", "dataqueue:version"]);
  expect([written.get("dataqueue:format"), written.get("dataqueue:version")]).toEqual(["xarray-arrow", "1"]);
  expect(written.get("xarray")).toBe(description);
});

test("each variable is a column, coordinates first, and complex numbers are two values each", () => {
  expect(toColumns(dataset, limits).columns.map(({ name, type, length }) => [name, type, length])).toEqual([
    ["antenna", "string", 2],
    ["time", "timestamp[ns]", 1],
    ["gain", "float", 4],
    ["vis", "float", 4],
  ]);
});

test("numbers and datetimes are views, text is offsets and UTF-8", () => {
  const [antenna, time, values] = toColumns(dataset, limits).columns.map(({ buffers }) => buffers);
  expect(antenna?.map((buffer) => [...buffer])).toEqual([
    [0, 0, 0, 0, 6, 0, 0, 0, 8, 0, 0, 0],
    [...new TextEncoder().encode("SKA001é")],
  ]);
  for (const [buffers, array] of [
    [time, times],
    [values, gain],
  ] as const) {
    expect(buffers).toEqual([array.bytes]);
    expect(buffers?.[0]?.buffer).toBe(array.bytes.buffer);
  }
});

test("bytes are offsets and bytes", () => {
  const bytes = new Dataset({ dataVars: { v: ["x", NdArray.from(["ab", "c"], "|S3")] } });
  expect(toColumns(bytes, limits).columns).toEqual([
    {
      name: "v",
      type: "binary",
      length: 2,
      buffers: [new Uint8Array(Int32Array.of(0, 2, 3).buffer), Uint8Array.of(97, 98, 99)],
    },
  ]);
});

test("a number among the attributes is as short as JavaScript prints it", () => {
  expect(toColumns(new Dataset({ attrs: { small: 1e-7 } }), limits).metadata.get("xarray")).toContain(
    '{"small": 1e-7}',
  );
});

test("attributes that are arrays are lists", () => {
  const attrs = { array: NdArray.from([1, 2]), typed: Float64Array.of(3) };
  expect(toColumns(new Dataset({ attrs }), limits).metadata.get("xarray")).toContain('{"array": [1, 2], "typed": [3]}');
  const complex = NdArray.fromBytes("<c8", [1], new Uint8Array(8));
  expect(() => toColumns(new Dataset({ attrs: { complex } }), limits)).toThrow(
    refused("dataset.attrs.complex: JSON has no form for an array of dtype <c8"),
  );
});

test("an attribute that JSON has no form for is named from the Dataset on", () => {
  expect(() => toColumns(new Dataset({ attrs: { when: new Date(0) } }), limits)).toThrow(
    refused("dataset.attrs.when: JSON has no form for a Date; make it a list, an object or text first"),
  );
});

test("the limits hold to the last byte and character", () => {
  const numbers = new Dataset({ dataVars: { n: ["x", [1, 2]] } });
  expect(toColumns(numbers, { ...limits, maxTextBytes: 0 }).columns).toHaveLength(1);
  const text = new Dataset({ dataVars: { a: ["x", ["ab", "c"]], b: ["x", NdArray.from(["a", "b"], "|S3")] } });
  expect(toColumns(text, { ...limits, maxTextBytes: 22 }).columns).toHaveLength(2);
  expect(() => toColumns(text, { ...limits, maxTextBytes: 21 })).toThrow(
    refused("variable 'b': text takes 22 bytes, more than maxTextBytes (21); raise it at both ends"),
  );
  const { length } = '{"coords": {}, "attrs": {}, "dims": {}, "data_vars": {}}';
  expect(toColumns(new Dataset({}), { ...limits, maxDescriptionLength: length }).columns).toEqual([]);
  expect(() => toColumns(new Dataset({}), { ...limits, maxDescriptionLength: length - 1 })).toThrow(
    refused(
      `the description has ${length} characters, more than maxDescriptionLength (${length - 1}); raise it at both ends`,
    ),
  );
});

test.each<[what: string, name: string, array: NdArray, message: string]>([
  ["half a character in a name", "\udfff", NdArray.from([1]), String.raw`the name "\udfff" has half a character`],
  [
    "a dtype that Arrow does not have",
    "v",
    NdArray.fromBytes("<M8[D]", [1], new Uint8Array(8)),
    "variable 'v': dtype <M8[D] has no form in an Arrow Dataset",
  ],
  [
    "more values than int32 counts",
    "v",
    NdArray.fromBytes("<U0", [2 ** 31], new Uint8Array(0)),
    "variable 'v': 2147483648 values are more than Arrow's list holds",
  ],
])("%s is refused", (_what, name, array, message) => {
  expect(() => toColumns(new Dataset({ dataVars: { [name]: ["x", array] } }), limits)).toThrow(refused(message));
});
