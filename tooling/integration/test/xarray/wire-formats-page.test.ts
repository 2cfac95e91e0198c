import { NdArray } from "@dataqueues/arrays";
import { arrow } from "@dataqueues/codec-arrow";
import { json } from "@dataqueues/codec-json";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { npy } from "@dataqueues/codec-npy";
import { ascii, utf8 } from "@dataqueues/codec-text";
import { xarray } from "@dataqueues/codec-xarray";
import { xarrayDict } from "@dataqueues/codec-xarray-dict";
import { PythonCounterpart } from "@dataqueues/tooling-python";
import { afterAll, beforeAll, expect, test } from "vitest";

let page: PythonCounterpart;

beforeAll(async () => {
  page = await PythonCounterpart.start("wire_formats.py");
}, 600_000);

afterAll(() => page.close());

// python-round-trips.test.ts runs the code from xarray on with many Datasets.
test("the page has code for every format", async () => {
  const { value } = await page.request({ ask: "formats" });
  expect(value).toEqual([
    "utf-8",
    "ascii",
    "json",
    "npy",
    "msgpack_numpy",
    "xarray",
    "polars",
    "duckdb",
    "xarray_dict",
    "arrow",
  ]);
});

/** Encodes the value of a Python expression with the code on the page. */
async function encodeInPython(format: string, expression: string): Promise<Uint8Array> {
  return (await page.request({ ask: "encode", format, expression })).bytes;
}

/** Decodes bytes with the code on the page, and gives the `repr` of the value. */
async function decodeInPython(format: string, bytes: Uint8Array): Promise<unknown> {
  return (await page.request({ ask: "decode", format }, bytes)).value;
}

test("text is the same in both directions", async () => {
  expect(utf8().decode(await encodeInPython("utf-8", "'\\ufeffGröße ☆ 𝔘'"))).toBe("\ufeffGröße ☆ 𝔘");
  expect(await decodeInPython("utf-8", utf8().encode("\ufeffGröße ☆ 𝔘"))).toBe(String.raw`'\ufeffGröße ☆ 𝔘'`);
});

test("ASCII text is the same in both directions, and both sides refuse other text", async () => {
  expect(ascii().decode(await encodeInPython("ascii", "'a\\x7f~'"))).toBe("a\x7f~");
  expect(await decodeInPython("ascii", ascii().encode("a\x7f~"))).toBe(String.raw`'a\x7f~'`);
  await expect(encodeInPython("ascii", "'é'")).rejects.toThrow("UnicodeEncodeError");
  expect(() => ascii().encode("é")).toThrow("é");
  await expect(decodeInPython("ascii", Uint8Array.of(0xe9))).rejects.toThrow("UnicodeDecodeError");
  expect(() => ascii().decode(Uint8Array.of(0xe9))).toThrow("0xe9");
});

test("JSON is the same in both directions", async () => {
  const bytes = await encodeInPython("json", "{'é': [1, 2.5, float('nan'), None, True], 'big': 2**60 + 1}");
  expect(json().decode(bytes)).toEqual({ é: [1, 2.5, NaN, null, true], big: 2n ** 60n + 1n });
  const written = json({ nonFinite: "python" }).encode({ é: [1, 2.5, NaN, null, true], big: 2n ** 60n + 1n });
  expect(await decodeInPython("json", written)).toBe("{'é': [1, 2.5, nan, None, True], 'big': 1152921504606846977}");
});

test("npy is the same in both directions, byte for byte", async () => {
  const bytes = await encodeInPython("npy", "numpy.array([[1, 2], [3, 4]], '<f4')");
  const array = npy().decode(bytes);
  expect(array).toMatchObject({ dtype: "<f4", shape: [2, 2] });
  expect(npy().encode(array)).toEqual(bytes);
  expect(await decodeInPython("npy", npy().encode(array))).toBe("array([[1., 2.],\n       [3., 4.]], dtype=float32)");
  const fortran = npy().decode(await encodeInPython("npy", "numpy.asfortranarray([[1, 2], [3, 4]], '>i2')"));
  expect(fortran instanceof NdArray && [fortran.dtype, fortran.toList()]).toEqual([
    "<i2",
    [
      [1, 2],
      [3, 4],
    ],
  ]);
});

const rows = "numpy.array([(1, 2.5), (3, 4.5)], [('a', '>i2'), ('b', '<f8')])";

test.for([
  "numpy.array([[1, 2], [3, 4]], '<f4')",
  "numpy.array([1, 2], '|u1')",
  "numpy.array(['é', ''], '<U3')",
  "numpy.array([b'a', b''], '>S3')",
  rows,
])("npy of %s is encoded again with the same bytes", async (expression) => {
  const bytes = await encodeInPython("npy", expression);
  expect(npy().encode(npy().decode(bytes))).toEqual(bytes);
});

test.for([
  ["numpy.asfortranarray([[1, 2, 3], [4, 5, 6]])", "numpy.array([[1, 2, 3], [4, 5, 6]])"],
  ["numpy.array([1, 256], '>i2')", "numpy.array([1, 256], '<i2')"],
  ["numpy.array(['é', ''], '>U3')", "numpy.array(['é', ''], '<U3')"],
  [`numpy.asfortranarray([${rows}, ${rows}])`, `numpy.array([${rows}, ${rows}])`],
] as const)("npy of %s is encoded again as %s: the same values in other bytes", async ([expression, rewritten]) => {
  const bytes = await encodeInPython("npy", expression);
  const again = npy().encode(npy().decode(bytes));
  expect(again).not.toEqual(bytes);
  expect(again).toEqual(await encodeInPython("npy", rewritten));
});

test("an xarray Dataset is encoded again with the same values in other bytes", async () => {
  const bytes = await encodeInPython("xarray", "xarray.Dataset({'v': ('x', numpy.array([1, numpy.nan], '>f4'))})");
  const again = xarray().encode(xarray().decode(bytes));
  expect(again).not.toEqual(bytes);
  expect(await decodeInPython("xarray", again)).toBe(await decodeInPython("xarray", bytes));
});

test("msgpack_numpy is the same in both directions, byte for byte", async () => {
  const bytes = await encodeInPython(
    "msgpack_numpy",
    "{'gains': numpy.array([1, 0.5], '<f4'), 'n': (1, b'a', 1 + 2j)}",
  );
  const value = msgpackNumpy().decode(bytes);
  expect(value).toMatchObject({ gains: { dtype: "<f4" }, n: [1, Uint8Array.of(0x61), { re: 1, im: 2 }] });
  expect(msgpackNumpy().encode(value)).toEqual(bytes);
  expect(await decodeInPython("msgpack_numpy", msgpackNumpy().encode(value))).toBe(
    "{'gains': array([1. , 0.5], dtype=float32), 'n': [1, b'a', (1+2j)]}",
  );
  const times = NdArray.from(BigInt64Array.of(0n), "<M8[s]");
  expect(await decodeInPython("msgpack_numpy", msgpackNumpy().encode(times))).toBe(
    "array(['1970-01-01T00:00:00'], dtype='datetime64[s]')",
  );
});

const hour = "pandas.Timestamp('2026-11-27T02:15:00.125Z').to_pydatetime()";

test("a datetime in msgpack_numpy and in an attribute of xarray_dict is a Date, byte for byte", async () => {
  const bytes = await encodeInPython("msgpack_numpy", `{'at': [${hour}], 'gains': numpy.array([1, 0.5])}`);
  const value = msgpackNumpy().decode(bytes);
  expect(value).toMatchObject({ at: [new Date("2026-11-27T02:15:00.125Z")], gains: { dtype: "<f8" } });
  expect(msgpackNumpy().encode(value)).toEqual(bytes);
  expect(await decodeInPython("msgpack_numpy", msgpackNumpy().encode(new Date(-1)))).toBe(
    "datetime.datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=datetime.timezone.utc)",
  );

  const dict = await encodeInPython("xarray_dict", `xarray.Dataset({'v': ('x', [1.5])}, attrs={'at': ${hour}})`);
  const dataset = xarrayDict().decode(dict);
  expect(dataset.attrs).toEqual({ at: new Date("2026-11-27T02:15:00.125Z") });
  expect(xarrayDict().encode(dataset)).toEqual(dict);
});

const stringType = "numpy.dtypes.StringDType";
const ofText = (values: string): string => `xarray.Dataset({'name': (['x', 'y'], ${values})})`;

test.for([
  [`numpy.array([['SKA1', 'é'], ['🛰', '']], ${stringType}())`, "<U4"],
  [`numpy.array([['SKA1', 'é'], ['🛰', '']], ${stringType}(na_object=numpy.nan))`, "<U4"],
  ["numpy.array([['SKA1', 'é'], ['🛰', '']], object)", "<U4"],
  ["numpy.array([['SKA1', 'é'], ['🛰', '']])", "<U4"],
  ["pandas.array(['SKA1', 'é', '🛰', ''], dtype='string').to_numpy().reshape(2, 2)", "<U4"],
] as const)("an xarray variable of %s is decoded as text", async ([values, dtype]) => {
  const { name } = xarray().decode(await encodeInPython("xarray", ofText(values))).dataVars;
  expect([name?.dtype, name?.dims, name?.data.toList()]).toEqual([
    dtype,
    ["x", "y"],
    [
      ["SKA1", "é"],
      ["🛰", ""],
    ],
  ]);
});

test("an xarray variable of StringDType without items, without characters or without dimensions is decoded as text", async () => {
  const cases = [
    ["(['x'], numpy.array([], T()))", []],
    ["(['x'], numpy.array(['', ''], T()))", ["", ""]],
    ["((), numpy.array('SKA1', T()))", "SKA1"],
  ] as const;
  for (const [variable, nested] of cases) {
    const bytes = await encodeInPython("xarray", `xarray.Dataset({'name': ${variable.replace("T", stringType)}})`);
    expect(xarray().decode(bytes).dataVars["name"]?.data.toList()).toEqual(nested);
  }
});

test("missing text is an error in Python's encoder, not the text 'nan'", async () => {
  const missing = (dtype: string): Promise<Uint8Array> =>
    encodeInPython("xarray", `xarray.Dataset({'name': (['x'], numpy.array(['a', numpy.nan], ${dtype}))})`);
  await expect(missing(`${stringType}(na_object=numpy.nan)`)).rejects.toThrow("TypeError");
  await expect(missing("object")).rejects.toThrow("ArrowTypeError");
});

test("a table is the same in both directions, as a stream and as a file", async () => {
  const table = arrow().decode(
    await encodeInPython("arrow", "__import__('pyarrow').table({'v': [1, 2], 't': ['a', None]})"),
  );
  expect(table.toArray().map(String)).toEqual(['{"v": 1, "t": "a"}', '{"v": 2, "t": null}']);
  for (const format of ["stream", "file"] as const) {
    const printed = await decodeInPython("arrow", arrow({ format }).encode(table));
    expect(printed).toMatch(/v: int64\nt: (large_)?string\n.*v: \[\[1,2\]\]\nt: \[\["a",null\]\]/s);
  }
});
