import { DataArray, Dataset, NdArray } from "@dataqueues/arrays";
import { tableFromIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { xarray } from "../src/index.ts";
import { writeStream } from "../src/write-stream.ts";

/** What apache-arrow reads as the one column of a Dataset with that variable. */
function columnOf(array: NdArray): { type: string; offsets: number[]; values: unknown } {
  const { schema, batches } = tableFromIPC(xarray().encode(new Dataset({ dataVars: { v: ["x", array] } })));
  const item = batches[0]?.data.children[0]?.children[0];
  return { type: String(schema.fields[0]?.type), offsets: [...(item?.valueOffsets ?? [])], values: item?.values };
}

test.each([
  ["|b1", "List<Int8>", 1],
  ["|i1", "List<Int8>", 1],
  ["<i2", "List<Int16>", 2],
  ["<i4", "List<Int32>", 4],
  ["<i8", "List<Int64>", 8],
  ["|u1", "List<Uint8>", 1],
  ["<u2", "List<Uint16>", 2],
  ["<u4", "List<Uint32>", 4],
  ["<u8", "List<Uint64>", 8],
  ["<f2", "List<Float16>", 2],
  ["<f4", "List<Float32>", 4],
  ["<f8", "List<Float64>", 8],
  ["<c8", "List<Float32>", 8],
  ["<c16", "List<Float64>", 16],
  ["<M8[s]", "List<Timestamp<SECOND>>", 8],
  ["<M8[ms]", "List<Timestamp<MILLISECOND>>", 8],
  ["<M8[us]", "List<Timestamp<MICROSECOND>>", 8],
  ["<M8[ns]", "List<Timestamp<NANOSECOND>>", 8],
  ["<m8[s]", "List<Duration<SECOND>>", 8],
  ["<m8[ms]", "List<Duration<MILLISECOND>>", 8],
  ["<m8[us]", "List<Duration<MICROSECOND>>", 8],
  ["<m8[ns]", "List<Duration<NANOSECOND>>", 8],
  ["<U2", "List<Utf8>", 8],
  ["|S2", "List<Binary>", 2],
])("%s is written as %s", (dtype, type, itemsize) => {
  const zeros = NdArray.fromBytes(dtype, [3], new Uint8Array(3 * itemsize));
  expect(columnOf(zeros).type).toBe(type);
});

test.each(["<M8[D]", "<M8", "<m8[h]", "<M8[10ns]", "<m8[ps]", "|V4"])(
  "dtype %s has no form and is refused",
  (dtype) => {
    const array = NdArray.fromBytes(dtype, [1], new Uint8Array(dtype === "|V4" ? 4 : 8));
    expect(() => xarray().encode(new Dataset({ dataVars: { v: ["x", array] } }))).toThrow(
      expect.objectContaining({
        name: "TypeError",
        message: expect.stringMatching(/^variable 'v': dtype .* has no form in an Arrow Dataset$/),
      }),
    );
  },
);

test("half a character in a name is refused", () => {
  expect(() => xarray().encode(new Dataset({ dataVars: { "\udfff": ["x", [1]] } }))).toThrow(
    expect.objectContaining({ name: "TypeError", message: String.raw`the name "\udfff" has half a character` }),
  );
});

test("more values than Arrow's lists count are refused, before memory is taken for them", () => {
  const endless = NdArray.fromBytes("<U0", [2 ** 40], new Uint8Array(0));
  expect(() => xarray().encode(new Dataset({ dataVars: { v: ["x", endless] } }))).toThrow(
    expect.objectContaining({
      name: "TypeError",
      message: "variable 'v': 1099511627776 values are more than Arrow's list holds",
    }),
  );
});

test("a column is a list named as the variable, its values are named item, and neither may be null", () => {
  const { schema } = tableFromIPC(xarray().encode(new Dataset({ dataVars: { gain: ["x", [1, 2]] } })));
  const fields = schema.fields.flatMap((field) => [field, ...(field.type.children ?? [])]);
  expect(fields.map(({ name, nullable }) => [name, nullable])).toEqual([
    ["gain", false],
    ["item", false],
  ]);
});

test("text may take just maxTextBytes when written, over coordinates and variables, and the one too many is named", () => {
  const coords = { x: ["ab", "c"] };
  const dataset = new Dataset({ coords, dataVars: { n: ["x", [1, 2]], b: ["x", NdArray.from(["a", "b"], "|S3")] } });
  expect(xarray({ maxTextBytes: 22 }).encode(dataset)).toBeInstanceOf(Uint8Array);
  const tooMany = (name: string, bytes: number, limit: number): unknown =>
    expect.objectContaining({
      name: "TypeError",
      message: `variable '${name}': text takes ${bytes} bytes, more than maxTextBytes (${limit}); raise it at both ends`,
    });
  expect(() => xarray({ maxTextBytes: 21 }).encode(dataset)).toThrow(tooMany("b", 22, 21));
  expect(() => xarray({ maxTextBytes: 15 }).encode(dataset)).toThrow(tooMany("x", 16, 15));
});

test("a description may have just maxDescriptionLength characters when written and when read", () => {
  const dataset = new Dataset({ attrs: { history: "é𝔘" } });
  // As json.dumps(dataset.to_dict(data=False), ensure_ascii=False) has it.
  const description = '{"coords": {}, "attrs": {"history": "é𝔘"}, "dims": {}, "data_vars": {}}';
  const most = xarray({ maxDescriptionLength: description.length });
  expect(most.decode(most.encode(dataset)).identical(dataset)).toBe(true);
  const limit = description.length - 1;
  const less = xarray({ maxDescriptionLength: limit });
  expect(() => less.encode(dataset)).toThrow(
    expect.objectContaining({
      name: "TypeError",
      message: `the description has ${limit + 1} characters, more than maxDescriptionLength (${limit}); raise it at both ends`,
    }),
  );
  expect(() => less.decode(most.encode(dataset))).toThrow(expect.objectContaining({ code: "metadata" }));
});

test("attributes that cannot be written are named from the Dataset on", () => {
  const wrong = new Dataset({ dataVars: { v: ["x", [1], { when: new Date(0) }] } });
  expect(() => xarray().encode(wrong)).toThrow("dataset.data_vars.v.attrs.when: JSON has no form for a Date");
});

test("a stream is messages and a body at multiples of 8, and the end mark", () => {
  const column = { name: "v", type: "uint8", length: 3, buffers: [Uint8Array.of(1, 2, 3)] };
  const bytes = writeStream({ columns: [column], metadata: new Map([["key", "value"]]) });
  const view = new DataView(bytes.buffer);
  const schemaSize = view.getInt32(4, true);
  const batchSize = view.getInt32(12 + schemaSize, true);
  const body = 16 + schemaSize + batchSize;
  expect([view.getUint32(0, true), view.getUint32(8 + schemaSize, true)]).toEqual([0xffffffff, 0xffffffff]);
  expect([schemaSize % 8, batchSize % 8]).toEqual([0, 0]);
  // The list's offsets 0 and 3, the values filled up with zeros, the mark of the end.
  expect([...bytes.subarray(body)]).toEqual([
    0, 0, 0, 0, 3, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0,
  ]);
});

test("the codec has a name and cannot be changed", () => {
  expect(xarray()).toMatchObject({ name: "xarray" });
  expect(Object.isFrozen(xarray())).toBe(true);
});

test("only a Dataset, a DataArray or a Table is encoded, not what looks like one", () => {
  const { coords, dataVars, attrs, sizes } = new Dataset({ dataVars: { v: ["x", [1]] } });
  for (const value of [null, undefined, {}, { coords, dataVars, attrs, sizes }, "text", NdArray.from([1])]) {
    expect(() => xarray().encode(value as never)).toThrow(
      expect.objectContaining({
        name: "TypeError",
        message: "xarray() encodes a Dataset, a DataArray or the Table of a Dataset",
      }),
    );
  }
  expect(Object.keys(xarray().decode(xarray().encode(new DataArray([1], { name: "power" }))).dataVars)).toEqual([
    "power",
  ]);
});

test("what does not start as an Arrow stream is told with its place", () => {
  const refused = (code: string, message: string, offset: number): unknown =>
    expect.objectContaining({ name: "FormatError", codec: "xarray", code, message, offset });
  const decode =
    (...bytes: number[]) =>
    () =>
      xarray().decode(Uint8Array.from(bytes));
  expect(decode()).toThrow(refused("empty", "there are no bytes to read a Dataset from", 0));
  expect(decode(0xfe, 0xff)).toThrow(refused("format", "this is no Arrow stream", 0));
  expect(decode(0x7b)).toThrow(refused("format", "this is JSON, which json() of @dataqueues/codec-json reads", 0));
  expect(decode(0xff, 0, 0, 0, 0, 0, 0, 0)).toThrow(refused("format", "no Arrow message starts here", 0));
});
