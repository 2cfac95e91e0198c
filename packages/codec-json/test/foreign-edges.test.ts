import { expect, test } from "vitest";

import { json } from "@dataqueues/codec-json";

const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];

const signatures: readonly (readonly [start: readonly number[], words: string])[] = [
  [[0x1f, 0x8b], "gzip: decompress it first, or let the producer compress batches, which needs nothing of readers"],
  [[0x28, 0xb5, 0x2f, 0xfd], "zstd: decompress it first, or let the producer compress batches"],
  [[0x93, ...ascii("NUMPY")], "an npy file, which npy() of @dataqueues/codec-npy reads"],
  [[0xff, 0xff, 0xff, 0xff], "an Arrow stream, which xarray() of @dataqueues/codec-xarray reads if it is a Dataset"],
  [ascii("ARROW1"), "an Arrow file"],
  [[0x89, ...ascii("HDF")], "HDF5, which netCDF-4 files are too"],
  [ascii("PAR1"), "a Parquet file"],
  [[...ascii("PK"), 3, 4], "a zip file, as npz and zarr archives are"],
];

test.each(signatures)("%j at the start is named, and not when its last byte is another", (start, words) => {
  expect(() => json().decode(Uint8Array.from(start))).toThrow(
    expect.objectContaining({ code: "format", message: `this looks like ${words}` }),
  );
  const other = Uint8Array.from([...start.slice(0, -1), 0x20]);
  expect(() => json().decode(other)).toThrow(expect.not.objectContaining({ message: `this looks like ${words}` }));
});

const pickle = "this looks like a Python pickle, which only Python reads";
const msgpack = "this looks like msgpack, which msgpackNumpy() of @dataqueues/codec-msgpack-numpy reads";
const notUtf8 = "not UTF-8, so not JSON";

// pickle's opcode PROTO and the protocols since Python 2.3; msgpack's fixmap, fixarray, array 16 and 32, map 16 and 32.
test.each([
  [[0x80, 2], pickle],
  [[0x80, 5], pickle],
  [[0x80, 1], msgpack],
  [[0x80, 6], msgpack],
  [[0x81, 2], msgpack],
  [[0x80], msgpack],
  [[0x9f, 1], msgpack],
  [[0xa0, 1], notUtf8],
  [[0xdb, 1], notUtf8],
  [[0xdc, 1], msgpack],
  [[0xdd, 1], msgpack],
  [[0xde, 1], msgpack],
  [[0xdf, 1], msgpack],
  [[0xe0, 1], notUtf8],
])("%j is recognised by its first bytes", (bytes, message) => {
  expect(() => json().decode(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ message }));
});

const utf16 = "this looks like UTF-16 or UTF-32; JSON is read as UTF-8 only";
const framing = (id: number): string =>
  `this looks like the framing of Confluent's Schema Registry (a zero byte and schema id ${id} before the body); for JSON, decode bytes.subarray(5); Avro and Protobuf need the registry's own deserializer`;
const syntax = "not JSON: a value is missing, at byte 0";

test.each([
  ["UTF-16's mark", [0xff, 0xfe], utf16],
  ["UTF-16's other mark", [0xfe, 0xff], utf16],
  ["half of a mark", [0xfe, 0xfe], notUtf8],
  ["half of the other mark", [0xff, 0xff], notUtf8],
  ["half of a mark behind another byte", [0xfd, 0xff], notUtf8],
  ["two bytes of UTF-16LE", [0x31, 0], utf16],
  ["two bytes of UTF-16BE", [0, 0x31], utf16],
  ["three bytes behind a zero", [0, 0x31, 0x32], syntax],
  ["UTF-16BE of two characters", [0, 0x31, 0, 0x32], utf16],
  ["UTF-16BE of three characters", [0, 0x31, 0, 0x32, 0, 0x33], utf16],
  ["UTF-32BE", [0, 0, 0, 0x31], utf16],
  ["UTF-32BE of two characters", [0, 0, 0, 0x31, 0, 0, 0, 0x32], utf16],
  ["UTF-32's mark", [0, 0, 0xfe, 0xff], utf16],
  ["half of UTF-32's mark", [0, 0, 0xfe, 0xfe], notUtf8],
  ["the other half of UTF-32's mark", [0, 0, 0xfd, 0xff], notUtf8],
  ["four zeros", [0, 0, 0, 0], syntax],
  ["schema 7 and JSON", [0, 0, 0, 0, 7, 0x31], framing(7)],
  ["schema 0", [0, 0, 0, 0, 0, 0x31], framing(0)],
  ["schema 256 and a body that starts with a zero", [0, 0, 0, 1, 0, 0, 0, 0x31], utf16],
  ["schema 256", [0, 0, 0, 1, 0, 0x31], framing(256)],
  ["schema 305 and Protobuf", [0, 0, 0, 1, 0x31, 0, 8, 1], framing(305)],
  ["schema 0x10203", [0, 0, 1, 2, 3, 0x31], framing(0x10203)],
  ["schema 0x310032", [0, 0, 0x31, 0, 0x32, 0x31], framing(0x310032)],
  ["schema 0x01000203", [0, 1, 0, 2, 3, 0x31], framing(0x01000203)],
  ["schema 0x01020003", [0, 1, 2, 0, 3, 0x31], framing(0x01020003)],
  ["schema 0x01000003", [0, 1, 0, 0, 3, 0x31], framing(0x01000003)],
  ["schema 0x01000000", [0, 1, 0, 0, 0, 0x31], framing(0x01000000)],
  ["schema 0x3100 and a body that starts with small numbers", [0, 0, 0, 0x31, 0, 1, 1, 0x31], framing(0x3100)],
  ["schema 0x3101", [0, 0, 0, 0x31, 1, 1, 0, 0x31], framing(0x3101)],
  ["a framing without a body", [0, 0, 0, 0, 7], syntax],
])("%s, %j, is recognised", (_what, bytes, message) => {
  // Within a larger buffer, as Kafka's records are.
  const within = Uint8Array.from([9, 9, ...bytes, 9]).subarray(2, 2 + bytes.length);
  expect(() => json().decode(within)).toThrow(expect.objectContaining({ message }));
});

test("JSON in UTF-8 is none of these, however short", () => {
  for (const text of ["1", "[]", "{}", '""', "12"]) {
    expect(json().decode(Uint8Array.from(ascii(text)))).toEqual(JSON.parse(text));
  }
});
