import { describe, expect, test } from "vitest";

import { ascii, utf8 } from "@dataqueues/codec-text";
import { CodecError } from "@dataqueues/core";

const both = [utf8(), ascii()] as const;

/** The error with which something is refused. */
function refusal(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe("an error has a code, an offset and a message", () => {
  test.each([
    ["half of a pair", utf8(), "ab\ud83d", "utf8", 2, "half of a surrogate pair at index 2 has no UTF-8 form"],
    ["what is over 127", ascii(), "abcé", "ascii", 3, '"é" at index 3 is not ASCII'],
    ["the first character over 127", ascii(), "a\u0080é", "ascii", 1, '"\u0080" at index 1 is not ASCII'],
    ["a character of two units", ascii(), "a😀", "ascii", 1, '"😀" at index 1 is not ASCII'],
    ["half of a pair, which JSON escapes", ascii(), "\udc00", "ascii", 0, '"\\udc00" at index 0 is not ASCII'],
  ] as const)("text: %s", (_what, codec, text, code, offset, message) => {
    const error = refusal(() => codec.encode(text));
    expect(error).toBeInstanceOf(CodecError);
    expect(error).toMatchObject({ name: "CodecError", code, offset, message });
  });

  test.each([
    [utf8(), "61ff", "utf8", 1, "not UTF-8 from byte 1 on (0xff)"],
    [utf8(), "61c3", "utf8", 1, "not UTF-8 from byte 1 on (0xc3)"],
    [utf8(), "0a".repeat(300).concat("eda080"), "utf8", 300, "not UTF-8 from byte 300 on (0xed)"],
    [ascii(), "617f80", "ascii", 2, "byte 2 (0x80) is not ASCII"],
    [ascii(), "61efbbbf", "ascii", 1, "byte 1 (0xef) is not ASCII"],
  ] as const)("bytes for $name: %s", (codec, hex, code, offset, message) => {
    const error = refusal(() => codec.decode(Buffer.from(hex, "hex")));
    expect(error).toBeInstanceOf(CodecError);
    expect(error).toMatchObject({ name: "CodecError", code, offset, message });
  });

  test.each([
    [null, "null"],
    [undefined, "a value of type undefined"],
    [5, "a value of type number"],
    [5n, "a value of type bigint"],
    [new Uint8Array(1), "a value of type object"],
  ])("what is no text is told by its type: %s", (value, told) => {
    for (const codec of both) {
      expect(refusal(() => codec.encode(value as never))).toMatchObject({
        code: "type",
        offset: undefined,
        message: `${codec.name} encodes text, not ${told}`,
      });
    }
  });
});

test("whole pairs and byte order marks anywhere are text like any other", () => {
  expect(Buffer.from(utf8().encode("\ufeff😀")).toString("hex")).toBe("efbbbff09f9880");
  expect(utf8().decode(Buffer.from("efbbbf61efbbbf", "hex"))).toBe("\ufeffa\ufeff");
});

describe("other formats are recognised by their first bytes only", () => {
  const msgpack = "; this may be msgpack, which msgpackNumpy() reads";

  // Msgpack's dicts and lists: 0x80 to 0x9f, and 0xdc to 0xdf with a length of 16 or 32 bits.
  test.each([
    [0x80, msgpack],
    [0x9f, msgpack],
    [0xa0, ""],
    [0xbf, ""],
    [0xdc, msgpack],
    [0xdf, msgpack],
    [0xe0, ""],
    [0xf8, ""],
  ])("a message that begins with %i", (first, end) => {
    expect(refusal(() => utf8().decode(Uint8Array.of(first, 0xff)))).toMatchObject({
      message: `not UTF-8 from byte 0 on (0x${first.toString(16)})${end}`,
    });
  });

  // UTF-8 has characters of two bytes that begin with 0xdb and 0xdc; ASCII has neither.
  test("the byte before those of msgpack's long lists", () => {
    expect(() => ascii().decode(Uint8Array.of(0xdb, 1))).toThrow(/^byte 0 \(0xdb\) is not ASCII$/);
    expect(() => ascii().decode(Uint8Array.of(0xdc, 1))).toThrow(msgpack);
  });

  test.each([
    ["1f8b", "gzip: decompress it first"],
    ["934e554d5059", "an npy file, which npy() reads"],
    ["ffffffff", "an Arrow stream, which xarray() reads if it is a Dataset"],
    ["fffe", "UTF-16, which is not read"],
    ["feff", "UTF-16, which is not read"],
    ["28b52ffd", "zstd: decompress it first"],
    ["8004", "a Python pickle, which only Python reads"],
    ["8005", "a Python pickle, which only Python reads"],
  ])("%s is a whole signature, and a part of it none", (hex, what) => {
    const bytes = Buffer.from(`${hex}ff`, "hex");
    expect(() => utf8().decode(bytes)).toThrow(`; this looks like ${what}`);
    const other = Uint8Array.from(bytes);
    const last = bytes.length - 2;
    other[last] = (bytes[last] ?? 0) ^ 0x40;
    expect(() => utf8().decode(other)).not.toThrow(what);
  });

  const confluent =
    "; this looks like the framing of Confluent's Schema Registry (schema id 16909060), whose body starts after five bytes";

  // A byte 0, the schema's id in four bytes, and a body of at least one.
  test.each([
    ["000102030480", 5, confluent],
    ["0001020380", 4, ""],
    ["010102030480", 5, ""],
  ])("Confluent's framing: %s", (hex, offset, end) => {
    const inside = Buffer.from(`ff${hex}`, "hex").subarray(1);
    expect(refusal(() => utf8().decode(inside))).toMatchObject({
      message: `not UTF-8 from byte ${offset} on (0x80)${end}`,
    });
  });
});

test("more bytes than a string can hold are refused with their number, without an offset", () => {
  // V8's longest text has 2^29 - 24 characters. Zeros are ASCII, too, and cost nothing to make.
  const length = 2 ** 29 + 8;
  const bytes = new Uint8Array(length);
  const message = `${length} bytes are more than a JavaScript string holds`;
  expect(refusal(() => utf8().decode(bytes))).toMatchObject({
    name: "CodecError",
    code: "size",
    message,
    offset: undefined,
  });
});
