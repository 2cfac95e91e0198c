import { expect, test } from "vitest";

import { guessFormat } from "../src/index.ts";

const bytes = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));

// The signatures are those of the formats' own specifications.
test.each([
  [[0xff, 0xff, 0xff, 0xff, 0x10], "an Arrow stream, which xarray() of @dataqueues/codec-xarray reads"],
  [bytes("ARROW1\0\0"), "an Arrow file, which arrow() of @dataqueues/codec-arrow reads"],
  [[0x89, ...bytes("HDF\r\n"), 0x1a], "HDF5, which netCDF-4 files are too"],
  [bytes("CDF\x01"), "a netCDF-3 file"],
  [[0x93, ...bytes("NUMPY\x01")], "an npy file, which npy() of @dataqueues/codec-npy reads"],
  [bytes("PAR1"), "a Parquet file"],
  [bytes("PK\x03\x04"), "a zip file, as npz and zarr archives are"],
  [bytes('{"a":1}'), "JSON, which json() of @dataqueues/codec-json reads"],
  [bytes("[1]"), "JSON, which json() of @dataqueues/codec-json reads"],
])("%j is recognized by its first bytes", (start, format) => {
  expect(guessFormat(Uint8Array.from(start))).toBe(format);
});

const array = "an array of msgpack-numpy, which msgpackNumpy() of @dataqueues/codec-msgpack-numpy reads";
const dict = "a msgpack dict, which xarrayDict() of @dataqueues/codec-xarray-dict reads if it is a Dataset";

// msgpack's maps: fixmap 0x80 to 0x8f, map 16 and map 32. 0xc4 is bin 8, 0xa2 a text of two bytes.
test.each([
  [0x81, 0xc4, array],
  [0x85, 0xc4, array],
  [0x8f, 0xc4, array],
  [0xde, 0xc4, array],
  [0xdf, 0xc4, array],
  [0x81, 0xa2, dict],
  [0x8f, 0xa2, dict],
  [0xde, 0x00, dict],
  [0xdf, 0x00, dict],
  [0x80, 0xc4, undefined],
  [0x90, 0xc4, undefined],
  [0xdd, 0xc4, undefined],
  [0xe0, 0xc4, undefined],
  [0x7f, 0xc4, undefined],
])("a map of msgpack is recognized by its first byte and first key: %i %i", (first, second, format) => {
  expect(guessFormat(Uint8Array.of(first, second))).toBe(format);
});

test("the first byte alone is not enough for HDF5 and npy", () => {
  expect(guessFormat(Uint8Array.of(0x89, ...bytes("PNG")))).toBe(dict);
  expect(guessFormat(Uint8Array.of(0x93, ...bytes("NUM")))).toBeUndefined();
});

test("unknown, short and similar bytes are not recognized", () => {
  for (const start of [
    [],
    [0],
    [0xff, 0xff, 0xff],
    bytes("ARROW"),
    bytes("PAR2"),
    bytes("P"),
    bytes(" {"),
    bytes("CD"),
  ])
    expect(guessFormat(Uint8Array.from(start))).toBeUndefined();
});
