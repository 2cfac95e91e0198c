import { DataArray, Dataset, FormatError, NdArray } from "@dataqueues/arrays";
import {
  decode as decodeMsgpack,
  encode as encodeMsgpack,
  Extension,
  Float64,
  NumpyScalar,
} from "@dataqueues/codec-msgpack-numpy";
import type { EncodeOptions } from "@dataqueues/codec-msgpack-numpy";
import { expect, test } from "vitest";

import { xarrayDict } from "../src/index.ts";
import { readRefused, readVectors } from "./vectors.ts";

const refused = readRefused();

function vector(name: string): Uint8Array {
  return (
    readVectors().find(({ file }) => file === `${name}.msgpack`)?.bytes ?? expect.fail(`there is no vector ${name}`)
  );
}

function errorOf(act: () => unknown): FormatError {
  try {
    act();
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  return expect.fail("there was no error");
}

test("the dict has Python's names in Python's order", () => {
  const dataset = new Dataset({
    dataVars: { gain: ["antenna", [1, 0.5], { units: "Jy" }] },
    coords: { antenna: ["a", "b"] },
    attrs: { scan: 9 },
  });
  const dict = decodeMsgpack(xarrayDict().encode(dataset));
  expect(JSON.stringify(dict, (_, value: unknown) => (value instanceof NdArray ? value.toList() : value))).toBe(
    JSON.stringify({
      coords: { antenna: { dims: ["antenna"], attrs: {}, data: ["a", "b"] } },
      attrs: { scan: 9 },
      dims: { antenna: 2 },
      data_vars: { gain: { dims: ["antenna"], attrs: { units: "Jy" }, data: [1, 0.5] } },
    }),
  );
});

test("datetimes, which Python can read but not write in this form, arrive", () => {
  const times = NdArray.from(BigInt64Array.of(0n, -(2n ** 63n)), "<M8[ns]");
  const dataset = new Dataset({ dataVars: { datetime: ["time", times] } });
  expect(xarrayDict().decode(xarrayDict().encode(dataset)).identical(dataset)).toBe(true);
});

test("a DataArray goes as the dict of one and arrives as a Dataset with that variable", () => {
  const power = new DataArray([1, 2], { dims: "x", coords: { x: ["a", "b"] }, name: "power", attrs: { units: "Jy" } });
  const dict = decodeMsgpack(xarrayDict().encode(power));
  expect(Object.keys(Object(dict))).toEqual(["dims", "attrs", "data", "coords", "name"]);
  expect(xarrayDict().decode(xarrayDict().encode(power)).get("power").identical(power)).toBe(true);
  const nameless = xarrayDict().decode(xarrayDict().encode(new DataArray([1, 2])));
  expect(Object.keys(nameless.dataVars)).toEqual(["__xarray_dataarray_variable__"]);
});

test("arrays are views of the message where their bytes are aligned, else copies", () => {
  // Bytes of one item are aligned anywhere.
  const bytes = xarrayDict().encode(new Dataset({ dataVars: { flag: ["x", Uint8Array.of(1, 2)] } }));
  expect(xarrayDict().decode(bytes).get("flag").data.data.buffer).toBe(bytes.buffer);
  expect(xarrayDict({ copy: "always" }).decode(bytes).get("flag").data.data.buffer).not.toBe(bytes.buffer);

  const doubles = xarrayDict().encode(new Dataset({ dataVars: { v: ["x", [1, 2]] } }));
  const views = Array.from({ length: 8 }, (_, shift) => {
    const shifted = new Uint8Array(doubles.length + shift).subarray(shift);
    shifted.set(doubles);
    const { data } = xarrayDict().decode(shifted).get("v").data;
    expect([...data]).toEqual([1, 2]);
    const isView = data.buffer === shifted.buffer;
    if (!isView) expect(errorOf(() => xarrayDict({ copy: "never" }).decode(shifted)).code).toBe("copy");
    return isView;
  });
  expect(views.filter(Boolean)).toHaveLength(1);
});

const foreign: [what: string, bytes: number[], told: RegExp][] = [
  ["an Arrow stream", [0xff, 0xff, 0xff, 0xff, 0x10], /xarray\(\) of @dataqueues\/codec-xarray /],
  ["an Arrow file", [...Buffer.from("ARROW1\0\0")], /Arrow file/],
  ["a netCDF-4 file", [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a], /HDF5/],
  ["a netCDF-3 file", [0x43, 0x44, 0x46, 0x01], /netCDF-3/],
  ["an npy file", [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], /npy\(\)/],
  ["JSON", [...Buffer.from("{}")], /json\(\)/],
  ["a msgpack list", [0x91, 0x01], /no msgpack dict/],
];

test.for(foreign)("%s is recognised, and the error names it", ([, bytes, told]) => {
  const error = errorOf(() => xarrayDict().decode(Uint8Array.from(bytes)));
  expect(error).toMatchObject({ codec: "xarray_dict", code: "format", offset: 0 });
  expect(error.message).toMatch(told);
});

test.for([
  ["reserved-name", "key", /__proto__/],
  ["lists", "metadata", /data="array"/],
  ["metrics", "metadata", /msgpackNumpy\(\)/],
  ["array", "metadata", /msgpackNumpy\(\)/],
  ["records", "metadata", /data_vars\['v'\]/],
  ["other-size", "metadata", /dimension 'x' has size/],
  ["other-dims", "metadata", /cannot lie along \(x, y\)/],
  ["no-dims", "metadata", /data_vars\['v'\]\.dims/],
  ["no-data", "metadata", /data_vars\['v'\]\.data/],
  ["items-without-width", "size-mismatch", /1099511627776 items/],
  ["coords-of-text", "metadata", /coords is not a dict/],
  ["attrs-of-text", "metadata", /attrs is not a dict/],
] as const)("what Python wrote as %s is refused with code %s", ([name, code, told]) => {
  const error = errorOf(() => xarrayDict().decode(refused.get(name) ?? expect.fail(`there is no vector ${name}`)));
  expect(error).toMatchObject({ code, offset: expect.any(Number) });
  expect(error.message).toMatch(told);
});

test("every vector in vectors/refused is refused", () => {
  expect(refused.size).toBe(12);
  for (const bytes of refused.values()) expect(() => xarrayDict().decode(bytes)).toThrow(FormatError);
});

test("text with a number that is no character is refused, and not when it is read", () => {
  const bytes = xarrayDict().encode(new Dataset({ dataVars: { name: ["x", ["a", "b"]] } }));
  const last = bytes.lastIndexOf(0x62);
  bytes[last + 3] = 1;
  expect(errorOf(() => xarrayDict().decode(bytes)).code).toBe("text");
});

test("a variable or a coordinate of very many dimensions is refused soon", () => {
  const dims = Array.from({ length: 100_000 }, (_, index) => `d${index}`);
  const variable = { dims, attrs: {}, data: NdArray.from([1]) };
  const dataset = encodeMsgpack({ coords: {}, attrs: {}, dims: {}, data_vars: { v: variable } });
  expect(errorOf(() => xarrayDict().decode(dataset)).code).toBe("metadata");
  const array = encodeMsgpack({ ...variable, coords: { c: { ...variable, dims: dims.toReversed() } }, name: null });
  expect(errorOf(() => xarrayDict().decode(array)).code).toBe("metadata");
});

test("empty bytes and bytes after the end are refused with their offset", () => {
  expect(errorOf(() => xarrayDict().decode(new Uint8Array()))).toMatchObject({ code: "empty", offset: 0 });
  const bytes = vector("empty");
  const error = errorOf(() => xarrayDict().decode(Uint8Array.from([...bytes, 0])));
  expect(error).toMatchObject({ code: "trailing", offset: bytes.length });
});

test("attributes may hold dicts with numbers as keys, which make Datasets differ", () => {
  const dataset = (flag: string) => new Dataset({ attrs: { flags: new Map([[0, flag]]) } });
  const found = xarrayDict().decode(xarrayDict().encode(dataset("good")));
  expect(found.attrs["flags"]).toEqual(new Map([[0, "good"]]));
  expect(found.identical(dataset("good"))).toBe(true);
  expect(found.identical(dataset("bad"))).toBe(false);
  expect(String(found)).toContain("{0: 'good'}");
});

test.each(["coords", "data_vars", "attrs"])("a number as a name in %s is refused", (part) => {
  const dict = { coords: {}, attrs: {}, dims: {}, data_vars: {}, [part]: new Map([[0, 1]]) };
  expect(errorOf(() => xarrayDict().decode(encodeMsgpack(dict)))).toMatchObject({
    code: "metadata",
    message: expect.stringContaining(`${part} has keys that are not text`),
  });
});

test("an attribute that msgpack has no form for is an error that names it", () => {
  const dataset = new Dataset({ attrs: { when: new Set() } });
  expect(errorOf(() => xarrayDict().encode(dataset))).toMatchObject({ path: "$.attrs.when" });
});

test("big-endian arrays, scalars of numpy and whole floats come back as the same value, names that are numbers in front", () => {
  const gain = { dims: ["x"], attrs: {}, data: NdArray.from([1, 2], "<i2") };
  const dict = (attrs: object, data_vars: object): Uint8Array =>
    encodeMsgpack({ coords: {}, attrs, dims: { x: 2 }, data_vars });
  const little = dict({ scale: 1.5, whole: 1 }, { gain });
  const other = dict({ scale: new NumpyScalar("<f4", 1.5), whole: new Float64(1) }, { gain });
  const at = Buffer.from(other).indexOf("<i2");
  other.set(Buffer.from(">"), at);
  other.set([0, 1, 0, 2], Buffer.from(other).indexOf(Uint8Array.of(1, 0, 2, 0)));
  expect(xarrayDict().encode(xarrayDict().decode(other))).toEqual(little);
  const names = ["b", "10"].map((name): [string, unknown] => [name, gain]);
  const numbers = encodeMsgpack({ coords: {}, attrs: {}, dims: { x: 2 }, data_vars: new Map(names) });
  expect(xarrayDict().encode(xarrayDict().decode(numbers))).toEqual(dict({}, Object.fromEntries(names)));
});

test("encode refuses what decode would refuse", () => {
  const widthless = new Dataset({
    dataVars: { v: ["x", NdArray.fromItems("<U0", [5_000], Array<string>(5_000).fill(""))] },
  });
  expect(errorOf(() => xarrayDict().encode(widthless)).code).toBe("size-mismatch");
  const text = new Dataset({ dataVars: { v: ["x", NdArray.fromBytes("<U1", [1], Uint8Array.of(0, 0, 0, 1))] } });
  expect(errorOf(() => xarrayDict().encode(text)).code).toBe("text");
  const name = new Dataset({ attrs: { own: JSON.parse('{"__proto__": 1}') as unknown } });
  expect(errorOf(() => xarrayDict().encode(name)).code).toBe("key");
});

test("limits of attributes hold when writing and when reading", () => {
  const dataset = new Dataset({ attrs: { deep: [[[1]]], long: Array<number>(100).fill(0) } });
  const bytes = xarrayDict().encode(dataset);
  for (const [limit, code] of [
    [{ maxDepth: 4 }, "depth"],
    [{ maxItems: 100 }, "too-many-items"],
  ] as const) {
    expect(errorOf(() => xarrayDict(limit).encode(dataset)).code).toBe(code);
    expect(errorOf(() => xarrayDict(limit).decode(bytes)).code).toBe(code);
  }
});

test.each([
  ["copy", "no"],
  ["maxItems", NaN],
  ["maxDepth", 0.5],
])("the option %s: %o is refused at once by name", (name, value) => {
  expect(() => xarrayDict({ [name]: value })).toThrow(
    expect.objectContaining({ name: "TypeError", message: expect.stringMatching(`^${name} must be `) }),
  );
});

test("anything else than a Dataset is an error", () => {
  const value: unknown = { v: [1, 2] };
  expect(() => xarrayDict().encode(value as Dataset)).toThrow(TypeError);
});

test("a Date in an attribute is a datetime to Python, and arrives as a Date", () => {
  const dataset = new Dataset({ dataVars: { gain: ["x", [1], { since: new Date(5) }] }, attrs: { at: [new Date(0)] } });
  const found = xarrayDict().decode(xarrayDict().encode(dataset));
  expect(found.attrs).toEqual({ at: [new Date(0)] });
  expect(found.identical(dataset)).toBe(true);
  const refuses = xarrayDict({ extensionCodec: false });
  expect(refuses.decode(xarrayDict().encode(dataset)).attrs).toEqual({ at: [new Extension(-1, new Uint8Array(4))] });
  expect(() => refuses.encode(dataset)).toThrow("$.attrs.at[0]: msgpack has no form for a Date");
});

test("an ExtensionCodec reads and writes attributes", () => {
  const extensionCodec: EncodeOptions["extensionCodec"] = {
    tryToEncode: (value) => (value instanceof URL ? { type: 5, data: new TextEncoder().encode(value.href) } : null),
    decode: (data) => new URL(new TextDecoder().decode(data)),
  };
  const dataset = new Dataset({ attrs: { source: new URL("http://localhost/") } });
  const codec = xarrayDict({ extensionCodec });
  expect(codec.decode(codec.encode(dataset)).attrs).toEqual({ source: new URL("http://localhost/") });
  expect(() => xarrayDict().encode(dataset)).toThrow("$.attrs.source: msgpack has no form for a URL");
  expect(() => xarrayDict({ extensionCodec: "x" as never })).toThrow(/^extensionCodec must be an ExtensionCodec/);
});
