import { DataArray, Dataset, NdArray } from "@dataqueues/arrays";
import { encode as encodeMsgpack } from "@dataqueues/codec-msgpack-numpy";
import { expect, test } from "vitest";

import { xarrayDict } from "../src/index.ts";

const codec = xarrayDict();
const gain = { dims: ["x"], attrs: {}, data: NdArray.from([1, 2]) };
const listed = { ...gain, data: [1, 2] };
const wide = { ...gain, data: NdArray.fromItems("<U0", [5000], Array<string>(5000).fill("")) };
/** UCS-4 for the number 0x110000, one more than the last character. */
const beyond = { ...gain, data: NdArray.fromBytes("<U1", [2], Uint8Array.of(0x61, 0, 0, 0, 0, 0, 0x11, 0)) };

const datasetDict = (parts: object): object => ({ coords: {}, attrs: {}, dims: {}, data_vars: {}, ...parts });
const arrayDict = (parts: object): object => ({ ...gain, coords: {}, name: "gain", ...parts });

const noArray = 'data is no array of numpy; write it with to_dict(data="array")';
test.each<[what: string, dict: object, code: string, message: string]>([
  ["a list as a variable", datasetDict({ data_vars: { v: listed } }), "metadata", `data_vars['v'].${noArray}`],
  ["a list as a coordinate", datasetDict({ coords: { x: listed } }), "metadata", `coords['x'].${noArray}`],
  [
    "a list behind an array",
    datasetDict({ data_vars: { v: gain, w: listed } }),
    "metadata",
    `data_vars['w'].${noArray}`,
  ],
  ["a list in a DataArray", arrayDict({ data: [1, 2] }), "metadata", `the DataArray['data'].${noArray}`],
  ["a list as its coordinate", arrayDict({ coords: { x: listed } }), "metadata", `coords['x'].${noArray}`],
  [
    "items without bytes",
    datasetDict({ coords: { v: wide } }),
    "size-mismatch",
    "coords['v'] has 5000 items without bytes",
  ],
  ["a DataArray of them", arrayDict(wide), "size-mismatch", "the DataArray['data'] has 5000 items without bytes"],
  [
    "text of no characters",
    datasetDict({ data_vars: { v: beyond } }),
    "text",
    "data_vars['v'] has a number that is no character",
  ],
  ["a DataArray of it", arrayDict(beyond), "text", "the DataArray['data'] has a number that is no character"],
  ["it as a coordinate", arrayDict({ coords: { x: beyond } }), "text", "coords['x'] has a number that is no character"],
  [
    "variables that are null",
    datasetDict({ data_vars: null }),
    "metadata",
    "this is not the dict of a Dataset: data_vars is not a dict",
  ],
  ["a variable that is null", datasetDict({ data_vars: { v: null } }), "metadata", "data_vars['v'] is not a dict"],
  [
    "a variable without data",
    datasetDict({ data_vars: { v: { dims: [] } } }),
    "metadata",
    "data_vars['v'].data is neither an array",
  ],
  [
    "no data_vars",
    { coords: {}, attrs: {} },
    "metadata",
    "this is not the dict of a Dataset: it has no coords and data_vars; try msgpackNumpy()",
  ],
  [
    "no coords",
    { data_vars: {}, attrs: {} },
    "metadata",
    "this is not the dict of a Dataset: it has no coords and data_vars",
  ],
  ["dims alone", { dims: ["x"] }, "metadata", "this is not the dict of a Dataset: it has no coords and data_vars"],
  [
    "data alone",
    { data: NdArray.from([1]) },
    "metadata",
    "this is not the dict of a Dataset: it has no coords and data_vars",
  ],
])("%s: refused, and the variable is named", (_what, dict, code, message) => {
  expect(() => codec.decode(encodeMsgpack(dict))).toThrow(
    expect.objectContaining({
      name: "FormatError",
      codec: "xarray_dict",
      code,
      offset: 0,
      message: expect.stringContaining(message),
    }),
  );
});

test("what a Dataset finds wrong is the cause of the error", () => {
  const wrong = datasetDict({ data_vars: { v: { ...gain, dims: ["x", "y"] } } });
  expect(() => codec.decode(encodeMsgpack(wrong))).toThrow(
    expect.objectContaining({ code: "metadata", cause: expect.objectContaining({ name: "DatasetError" }) }),
  );
});

test("the dict of a DataArray without coords is read", () => {
  const found = codec.decode(encodeMsgpack({ ...gain, name: "gain" }));
  expect(found.identical(new Dataset({ dataVars: { gain: ["x", [1, 2]] } }))).toBe(true);
});

// Python's packer writes a length of up to 15 in the first byte; others may write it in two bytes or four behind it.
test.each([
  ["two", [0xde, 0, 4]],
  ["four", [0xdf, 0, 0, 0, 4]],
])("a dict whose length is in %s bytes is read", (_what, start) => {
  const dataset = new Dataset({ dataVars: { v: ["x", [1, 2]] } });
  const [first, ...rest] = codec.encode(dataset);
  expect(first).toBe(0x84);
  expect(codec.decode(Uint8Array.from([...start, ...rest])).identical(dataset)).toBe(true);
});

test("items without a width may be as many as the message has bytes, and not one more", () => {
  // Long enough that the number of items takes two bytes in msgpack whatever it is, and the message has one length.
  const attrs = { comment: "x".repeat(100) };
  const texts = (size: number): Dataset =>
    new Dataset({ attrs, dataVars: { v: ["x", NdArray.fromItems("<U0", [size], Array<string>(size).fill(""))] } });
  const most = codec.encode(texts(128)).length;
  expect(most).toBeLessThan(255);
  const bytes = codec.encode(texts(most));
  expect(bytes).toHaveLength(most);
  expect(codec.decode(bytes).get("v").shape).toEqual([most]);
  expect(() => codec.encode(texts(most + 1))).toThrow(expect.objectContaining({ code: "size-mismatch" }));
});

test("the last character that there is, U+10FFFF, is read and written", () => {
  const dataset = new Dataset({ dataVars: { v: ["x", ["a", "\u{10ffff}"]] } });
  expect(codec.decode(codec.encode(dataset)).get("v").data.toList()).toEqual(["a", "\u{10ffff}"]);
});

test("the codec has Python's name for it and cannot be changed", () => {
  const made = xarrayDict();
  expect(made).toMatchObject({ name: "xarray_dict" });
  expect(Object.isFrozen(made)).toBe(true);
});

test("only a Dataset or a DataArray is encoded, not what looks like one", () => {
  const dataset = new Dataset({ dataVars: { v: ["x", [1, 2]] } });
  for (const value of [null, undefined, {}, { toDict: () => dataset.toDict() }, dataset.toDict(), "text"]) {
    expect(() => codec.encode(value as never)).toThrow(
      expect.objectContaining({ name: "TypeError", message: "xarrayDict() encodes a Dataset or a DataArray" }),
    );
  }
  expect(codec.encode(new DataArray([1]))).toBeInstanceOf(Uint8Array);
});
