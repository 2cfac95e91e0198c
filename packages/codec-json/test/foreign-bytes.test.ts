import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

import { json } from "@dataqueues/codec-json";

const codec = json();
const text = (characters: string): number[] => [...new TextEncoder().encode(characters)];

// Confluent's documentation, "Wire format": a byte 0, the schema's id in four bytes big-endian, the body.
test.each([
  [[0, 0, 0, 0, 7, ...text('{"a": 1}')], 7],
  [[0, 0, 0, 1, 0, ...text('{"a": 1}')], 256],
  [[0, 0, 1, 0x86, 0xa1, ...text("[1]")], 100_001],
  [[0, 0x7f, 0xff, 0xff, 0xff, ...text("1")], 2 ** 31 - 1],
  // Avro: a record of one text; Protobuf: message index 0, then a field.
  [[0, 0, 0, 0, 42, 6, ...text("abc")], 42],
  [[0, 0, 0, 0, 42, 0, 8, 1], 42],
])("the bytes %j are named as the framing of a schema registry, with schema id %i", (bytes, id) => {
  // Within a larger buffer, as Kafka's records are.
  const message = Uint8Array.from([9, ...bytes]).subarray(1);
  expect(() => codec.decode(message)).toThrow(
    expect.objectContaining({ name: "CodecError", code: "format", offset: 0 }),
  );
  expect(() => codec.decode(message)).toThrow(new RegExp(`Confluent's Schema Registry.*schema id ${id} `));
});

test("JSON behind that framing is read as the error says", () => {
  expect(codec.decode(Uint8Array.of(0, 0, 0, 0, 7, ...text('{"a": 1}')).subarray(5))).toEqual({ a: 1 });
});

test.each(["{}", '{"a": 1}', "[1, 2]", "10", '"ab"'])(
  "%s in UTF-16 and UTF-32 is told from a registry's framing",
  (json) => {
    const littleEndian16 = Buffer.from(json, "utf16le");
    const littleEndian32 = Buffer.from(Uint32Array.from(text(json)).buffer);
    const encodings = [
      littleEndian16,
      Buffer.from(littleEndian16).swap16(),
      littleEndian32,
      Buffer.from(littleEndian32).swap32(),
    ];
    for (const bytes of encodings) {
      expect(() => codec.decode(bytes)).toThrow(expect.objectContaining({ code: "utf16", offset: 0 }));
    }
    for (const mark of [
      [0xff, 0xfe],
      [0xfe, 0xff],
      [0xff, 0xfe, 0, 0],
      [0, 0, 0xfe, 0xff],
    ]) {
      expect(() => codec.decode(Uint8Array.from(mark))).toThrow(expect.objectContaining({ code: "utf16" }));
    }
  },
);

test.each([
  ["gzip", gzipSync("{}")],
  ["zstd", Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0)],
  ["npy()", Uint8Array.of(0x93, ...text("NUMPY"), 1, 0)],
  ["xarray()", Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x10, 0, 0, 0)],
  ["Arrow file", Uint8Array.from(text("ARROW1\0\0"))],
  ["HDF5", Uint8Array.of(0x89, ...text("HDF\r\n"))],
  ["Parquet", Uint8Array.from(text("PAR1"))],
  ["zip", Uint8Array.of(0x50, 0x4b, 3, 4)],
  // pickle.dumps({}), msgpack.packb({"a": 1}), msgpack.packb([1, 2]), msgpack_numpy's array
  ["pickle", Uint8Array.of(0x80, 4, 0x7d, 0x94, 0x2e)],
  ["msgpackNumpy()", Uint8Array.of(0x81, 0xa1, 0x61, 1)],
  ["msgpackNumpy()", Uint8Array.of(0x92, 1, 2)],
  ["msgpackNumpy()", Uint8Array.of(0x85, 0xc4, 2, 0x6e, 0x64)],
])("%s is named", (what, bytes) => {
  expect(() => codec.decode(bytes)).toThrow(expect.objectContaining({ name: "CodecError", code: "format", offset: 0 }));
  expect(() => codec.decode(bytes)).toThrow(what);
});

test("nothing is guessed of text that is only wrong", () => {
  for (const wrong of ["", "(1)", "PASS", "<html>", "\u0001"]) {
    expect(() => codec.decode(Uint8Array.from(text(wrong)))).toThrow(expect.objectContaining({ code: "syntax" }));
  }
});
