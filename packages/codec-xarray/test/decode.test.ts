import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Dataset, FormatError, NdArray } from "@dataqueues/arrays";
import { expect, test } from "vitest";
import { xarray } from "../src/index.ts";
import { readVectors } from "./vectors.ts";

const vectors = new Map(readVectors(join(import.meta.dirname, "vectors")).map(({ file, bytes }) => [file, bytes]));

function vector(name: string): Uint8Array {
  return vectors.get(`${name}.arrow`) ?? expect.fail(`there is no vector ${name}`);
}

/** The same bytes, one byte further on in their buffer. */
function unaligned(bytes: Uint8Array): Uint8Array {
  const larger = new Uint8Array(bytes.length + 1);
  larger.set(bytes, 1);
  return larger.subarray(1);
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

test("aligned values of every dtype are views of the message", () => {
  const bytes = vector("every-dtype");
  const numbers = Object.values(xarray().decode(bytes).dataVars).filter(({ dtype }) => !/[US]/.test(dtype));
  expect(numbers).toHaveLength(44);
  expect(numbers.every(({ data }) => data.data.buffer === bytes.buffer)).toBe(true);
});

test("unaligned values of every dtype are one copy of their own bytes, and the same", () => {
  const bytes = unaligned(vector("every-dtype"));
  const dataset = xarray().decode(bytes);
  expect(dataset.identical(xarray().decode(vector("every-dtype")))).toBe(true);
  const copies = Object.values(dataset.dataVars).filter(({ data }) => data.data.buffer !== bytes.buffer);
  for (const { data } of copies) expect(data.data.buffer.byteLength).toBe(data.bytes.length);
  // Bytes of one item are aligned anywhere.
  const views = Object.values(dataset.dataVars).filter((variable) => !copies.includes(variable));
  expect(new Set(views.map(({ dtype }) => dtype))).toEqual(new Set(["|i1", "|u1", "|b1"]));
});

test("copy: always copies aligned values too", () => {
  const bytes = vector("gain-table");
  const { data } = xarray({ copy: "always" }).decode(bytes).get("gain").data;
  expect(data.buffer).not.toBe(bytes.buffer);
});

test("copy: never refuses unaligned values", () => {
  expect(() => xarray({ copy: "never" }).decode(vector("air-temperature"))).not.toThrow();
  expect(errorOf(() => xarray({ copy: "never" }).decode(unaligned(vector("air-temperature")))).code).toBe("copy");
});

test("text that would take too much memory at a fixed width is refused", () => {
  const codec = xarray({ maxTextBytes: 100 });
  expect(errorOf(() => codec.decode(vector("object-text"))).code).toBe("text-size");
});

test("a description that would take too much memory is refused, unless asked for", () => {
  const bytes = xarray({ maxDescriptionLength: 2 ** 23 }).encode(
    new Dataset({ attrs: { history: "a".repeat(2 ** 22) } }),
  );
  const error = errorOf(() => xarray().decode(bytes));
  expect(error.code).toBe("metadata");
  expect(error.message).toMatch(/maxDescriptionLength \(4194304\)/);
  expect(xarray({ maxDescriptionLength: 2 ** 23 }).decode(bytes).attrs["history"]).toHaveLength(2 ** 22);
});

// pyarrow wrote 0 and 5 under the nulls, the first and the third.
test.for(["data-array", "dataset"])("nulls of times in a %s are NaT, whatever their slots hold", (name) => {
  const bytes = new Uint8Array(readFileSync(join(import.meta.dirname, "vectors", "nulls", `${name}.arrow`)));
  const before = bytes.slice();
  const when = xarray().decode(bytes).get("when");
  const notATime = -(2n ** 63n);
  expect(when.data.toList()).toEqual([notATime, 1_709_164_800_000_000n, notATime, 7n]);
  // The message stays as it was.
  expect(bytes).toEqual(before);
});

test("a DataArray that xarray itself exports arrives as a Dataset with that variable", () => {
  const dataset = xarray().decode(vector("data-array-nameless"));
  expect(Object.keys(dataset.dataVars)).toEqual(["__xarray_dataarray_variable__"]);
});

const foreign: [what: string, bytes: number[], told: RegExp][] = [
  ["a msgpack dict", [0x84, 0xa6], /xarrayDict\(\)/],
  ["a netCDF-4 file", [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a], /HDF5/],
  ["a netCDF-3 file", [0x43, 0x44, 0x46, 0x01], /netCDF-3/],
  ["an npy file", [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], /npy\(\)/],
  ["an Arrow file", [...Buffer.from("ARROW1\0\0")], /Arrow file/],
  ["JSON", [...Buffer.from("{}")], /json\(\)/],
];

test.for(foreign)("%s is recognised, and the error names it", ([, bytes, told]) => {
  const error = errorOf(() => xarray().decode(Uint8Array.from(bytes)));
  expect(error).toMatchObject({ codec: "xarray", code: "format", offset: 0 });
  expect(error.message).toMatch(told);
});

test("empty bytes are refused", () => {
  expect(errorOf(() => xarray().decode(new Uint8Array(0))).code).toBe("empty");
});

test("bytes after the end are refused with their offset", () => {
  const bytes = vector("empty");
  const error = errorOf(() => xarray().decode(Uint8Array.from([...bytes, 0])));
  expect(error).toMatchObject({ code: "trailing", offset: bytes.length });
});

test("truncated bytes are refused with their offset", () => {
  const error = errorOf(() => xarray().decode(vector("edges").subarray(0, 2000)));
  expect(error).toMatchObject({ code: "truncated", offset: 2000 });
});

test.for([
  ["two-batches", "format"],
  ["two-rows", "format"],
  ["compressed", "format"],
  ["dictionary", "format"],
  ["time-zone", "format"],
  ["nested-lists", "format"],
  ["float-nulls", "nulls"],
  ["other-version", "version"],
  ["no-description", "metadata"],
  ["not-json", "metadata"],
  ["missing-column", "metadata"],
  ["extra-column", "metadata"],
  ["same-column-twice", "metadata"],
  ["other-shape", "size-mismatch"],
  ["other-dims", "metadata"],
  ["other-sizes", "metadata"],
  ["other-dtype", "dtype"],
  ["raw-bytes", "dtype"],
  ["deep-attrs", "metadata"],
] as const)("what pyarrow wrote as %s is refused with code %s", ([name, code]) => {
  const bytes = readFileSync(join(import.meta.dirname, "vectors", "refused", `${name}.arrow`));
  expect(errorOf(() => xarray().decode(bytes)).code).toBe(code);
});

test("encode refuses what decode would find over a limit, unless the limit is raised", () => {
  const described = new Dataset({ attrs: { history: "a".repeat(2 ** 22) } });
  expect(() => xarray().encode(described)).toThrow(/description has .* more than maxDescriptionLength \(4194304\)/);
  const texts = new Dataset({ dataVars: { a: NdArray.from(["abc"]), b: ["x", NdArray.from(["", "abcd"], "|S4")] } });
  const codec = xarray({ maxTextBytes: 20 });
  expect(codec.decode(codec.encode(texts)).identical(texts)).toBe(true);
  expect(() => xarray({ maxTextBytes: 19 }).encode(texts)).toThrow(
    "variable 'b': text takes 20 bytes, more than maxTextBytes (19)",
  );
});

const noLimit = [0, -1, 0.5, NaN, "5", null, 5n, {}];
test.for([
  ["options", [null, 5, "copy", []], (value) => value],
  ["copy", ["nevr", null, true, 1], (value) => ({ copy: value })],
  ["maxTextBytes", noLimit, (value) => ({ maxTextBytes: value })],
  ["maxDescriptionLength", noLimit, (value) => ({ maxDescriptionLength: value })],
] as const satisfies readonly (readonly [string, readonly unknown[], (value: unknown) => unknown])[])(
  "%s that makes no sense is refused by its name",
  ([name, values, options]) => {
    for (const value of values) {
      expect(() => xarray(options(value) as never)).toThrow(
        expect.objectContaining({ name: "TypeError", message: expect.stringMatching(`^${name} must be`) }),
      );
    }
  },
);

test("a value that is not bytes is refused", () => {
  for (const bytes of [null, undefined, "x", [1], new ArrayBuffer(8)]) {
    expect(() => xarray().decode(bytes as never)).toThrow(/^bytes must be a Uint8Array/);
  }
});
