import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";

import { ascii, utf8 } from "@dataqueues/codec-text";

/** What Python does: bytes or text, or the place where it refuses. Made by tooling/python/scripts/text_vectors.py. */
interface Vectors {
  readonly encode: readonly { readonly text: string; readonly bytes?: string; readonly offset?: number }[];
  readonly decode: readonly { readonly bytes: string; readonly text?: string; readonly offset?: number }[];
}

const vectors: Readonly<Record<string, Vectors>> = JSON.parse(
  readFileSync(new URL("vectors/text.json", import.meta.url), "utf8"),
);

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

function refusal(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe.each([utf8(), ascii()])("$name", (codec) => {
  const { encode, decode } = vectors[codec.name] ?? { encode: [], decode: [] };

  test("there are vectors of both kinds, good and bad", () => {
    expect(encode.filter(({ bytes }) => bytes !== undefined).length).toBeGreaterThan(4);
    expect(encode.filter(({ offset }) => offset !== undefined).length).toBeGreaterThan(4);
    expect(decode.filter(({ text }) => text !== undefined).length).toBeGreaterThan(3);
    expect(decode.filter(({ offset }) => offset !== undefined).length).toBeGreaterThan(10);
  });

  test.each(encode)("writes $text as Python does, or refuses it at the same place", ({ text, bytes, offset }) => {
    if (bytes !== undefined) expect(hex(codec.encode(text))).toBe(bytes);
    else expect(refusal(() => codec.encode(text))).toMatchObject({ name: "CodecError", offset });
  });

  test.each(decode)("reads $bytes as Python does, or refuses it at the same place", ({ bytes, text, offset }) => {
    if (text !== undefined) expect(codec.decode(bytesOf(bytes))).toBe(text);
    else expect(refusal(() => codec.decode(bytesOf(bytes)))).toMatchObject({ name: "CodecError", offset });
  });

  test("bytes within a larger buffer are read alone", () => {
    expect(codec.decode(new Uint8Array([255, 97, 98, 255]).subarray(1, 3))).toBe("ab");
  });

  test.each([null, undefined, 5, true, {}, ["a"], new Uint8Array(1), new String("a")])(
    "%s is no text, and is refused",
    (value) => {
      const error = refusal(() => codec.encode(value as never));
      expect(error).toMatchObject({ name: "CodecError", code: "type" });
      expect(error).toHaveProperty("message", expect.stringContaining(codec.name));
    },
  );
});

test.each([
  ["gzip", gzipSync("text")],
  ["npy()", Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0)],
  ["xarray()", Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x10, 0, 0, 0)],
  ["UTF-16", Uint8Array.of(0xff, 0xfe, 0x61, 0)],
  ["UTF-16", Uint8Array.of(0xfe, 0xff, 0, 0x61)],
  ["zstd", Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0)],
  // pickle.dumps({}), msgpack.packb({"a": 1}); Confluent's: a byte 0, the schema's id, a body of Avro.
  ["pickle", Uint8Array.of(0x80, 4, 0x7d, 0x94, 0x2e)],
  ["msgpackNumpy()", Uint8Array.of(0x81, 0xa1, 0x61, 1)],
  ["Confluent's Schema Registry (schema id 258)", Uint8Array.of(0, 0, 0, 1, 2, 0x86, 0xff)],
])("%s is named where text should be", (what, bytes) => {
  for (const codec of [utf8(), ascii()]) {
    expect(() => codec.decode(Uint8Array.of(9, ...bytes).subarray(1))).toThrow(what);
  }
});

test("nothing is guessed of text with a wrong byte, nor of text that begins with zeros", () => {
  expect(() => utf8().decode(Uint8Array.of(0x61, 0xff))).toThrow(/^not UTF-8 from byte 1 on \(0xff\)$/);
  expect(() => ascii().decode(Uint8Array.of(0x61, 0xff))).toThrow(/^byte 1 \(0xff\) is not ASCII$/);
  expect(utf8().decode(Uint8Array.of(0, 0, 0, 0, 7, 0x7b, 0x7d))).toBe("\0\0\0\0\u0007{}");
});
