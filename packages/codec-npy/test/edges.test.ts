import { FormatError, NdArray, RecordArray } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { decode, encode, npy } from "../src/index.ts";

const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);

/** A file with this header, of any version. */
function fileOf(text: string, data: Uint8Array | number = 0, version = 1): Buffer {
  const head = Buffer.from(text, "latin1");
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  const items = typeof data === "number" ? new Uint8Array(data) : data;
  return Buffer.concat([magic, Uint8Array.of(version, 0), size.subarray(0, version === 1 ? 2 : 4), head, items]);
}

const dict = (descr: string, shape: string, order = "False"): string =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;

/** A header with exactly this number of bytes. */
const headerOf = (bytes: number, descr = "'|u1'", shape = "(2,)"): string => dict(descr, shape).padEnd(bytes);

interface ExpectedError {
  readonly code: string;
  readonly offset: number | undefined;
  readonly message: string;
}

/** The FormatError of this codec that a call throws. */
function refusal(run: () => unknown): FormatError {
  try {
    run();
  } catch (error) {
    if (error instanceof FormatError && error.codec === "npy" && error.path === undefined) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("the start of a file", () => {
  const isNone = "this is not an npy file: it does not begin with \\x93NUMPY";
  const ends = "the bytes end within the header";
  const whole = fileOf(headerOf(60), 2);

  test("no bytes at all", () => {
    expect(refusal(() => decode(new Uint8Array()))).toMatchObject({
      code: "empty",
      offset: 0,
      message: "there are no bytes",
    });
  });

  test("the first wrong byte of the magic is reported, also in a shorter file", () => {
    for (let at = 0; at < magic.length; at += 1) {
      const other = Uint8Array.from(whole);
      other[at] = 0;
      expect(refusal(() => decode(other))).toMatchObject({ code: "magic", offset: at, message: isNone });
      expect(refusal(() => decode(other.subarray(0, at + 1)))).toMatchObject({
        code: "magic",
        offset: at,
        message: isNone,
      });
    }
  });

  test("bytes that end within the header are truncated", () => {
    for (let length = 1; length < 70; length += 1) {
      expect(refusal(() => decode(whole.subarray(0, length)))).toMatchObject({
        code: "truncated",
        offset: length,
        message: ends,
      });
    }
  });

  test("12 bytes are enough to report a wrong header in them", () => {
    expect(() => decode(fileOf("{}"))).toThrow(expect.objectContaining({ code: "header-syntax", offset: 10 }));
  });

  test.each([
    [0, 0],
    [1, 1],
    [4, 0],
    [3, 1],
    [255, 255],
  ])("version %i.%i is unknown", (major, minor) => {
    const other = Uint8Array.from(whole);
    other.set([major, minor], 6);
    const message = `npy version ${major}.${minor} is unknown; 1.0, 2.0 and 3.0 are known`;
    expect(refusal(() => decode(other))).toMatchObject({ code: "version", offset: 6, message });
  });

  test("versions 1 and 2 are Latin-1, which has a character for every byte, and 3 is UTF-8", () => {
    const named = (name: string): string => dict(`[('${name}', '|u1')]`, "(2,)");
    const latin1 = Array.from({ length: 128 }, (_, index) => String.fromCharCode(128 + index)).join("");
    for (const version of [1, 2]) {
      expect(decode(fileOf(named(latin1), 2, version)).dtype).toEqual([[latin1, "|u1"]]);
    }
    expect(refusal(() => decode(fileOf(named("\xff"), 2, 3)))).toMatchObject({
      code: "header-syntax",
      offset: 12,
      message: "the header is not UTF-8",
    });
    const utf8 = Buffer.from(named("\ufeff整形🛰")).toString("latin1");
    expect(decode(fileOf(utf8, 2, 3)).dtype).toEqual([["\ufeff整形🛰", "|u1"]]);
    expect(() => decode(fileOf(Buffer.from(`\ufeff${named("a")}`).toString("latin1"), 2, 3))).toThrow(
      "at its character 0",
    );
  });

  test("the error for a header that is not UTF-8 has a cause", () => {
    const bytes = fileOf("\xff", 0, 3);
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ cause: expect.any(TypeError) }));
  });

  // The header is decoded in pieces of 4,096 bytes.
  test.each([4_095, 4_096, 4_097, 8_192, 9_000])("a Latin-1 header of %i bytes is read whole", (bytes) => {
    const name = "é".repeat(bytes - dict("[('', '|u1')]", "(2,)").length);
    const text = dict(`[('${name}', '|u1')]`, "(2,)");
    expect(text).toHaveLength(bytes);
    expect(decode(fileOf(text, 2)).dtype).toEqual([[name, "|u1"]]);
  });
});

describe("the length of the header", () => {
  const tooLong = (length: number, limit: number): ExpectedError => ({
    code: "header-too-large",
    offset: 8,
    message: `the header has ${length} bytes; maxHeaderBytes is ${limit}`,
  });

  test.each([1, 2, 3])("at most 10,000 bytes are read by default: version %i", (version) => {
    expect(decode(fileOf(headerOf(10_000), 2, version)).shape).toEqual([2]);
    expect(refusal(() => decode(fileOf(headerOf(10_001), 2, version)))).toMatchObject(tooLong(10_001, 10_000));
  });

  test.each([1, 2, 3])("at most maxHeaderBytes are read: version %i", (version) => {
    const bytes = fileOf(headerOf(300), 2, version);
    expect(decode(bytes, { maxHeaderBytes: 300 }).shape).toEqual([2]);
    expect(npy({ maxHeaderBytes: 300 }).decode(bytes).shape).toEqual([2]);
    expect(refusal(() => decode(bytes, { maxHeaderBytes: 299 }))).toMatchObject(tooLong(300, 299));
    expect(refusal(() => npy({ maxHeaderBytes: 299 }).decode(bytes))).toMatchObject(tooLong(300, 299));
  });

  test("it takes two bytes in version 1 and four in 2 and 3, little-endian", () => {
    const noLimit = { maxHeaderBytes: Infinity };
    expect(decode(fileOf(headerOf(0xfffe), 2), noLimit).shape).toEqual([2]);
    expect(decode(fileOf(headerOf(0x1_0203), 2, 2), noLimit).shape).toEqual([2]);
    for (const at of [8, 9, 10, 11]) {
      const bytes = fileOf(headerOf(60), 2, 2);
      bytes[at] = 0xff;
      expect(() => decode(bytes, noLimit)).toThrow(expect.objectContaining({ code: "truncated" }));
    }
  });

  test("a header may end where the bytes do", () => {
    expect(decode(fileOf(headerOf(60, "'|u1'", "(0,)"))).shape).toEqual([0]);
  });

  // numpy pads the start of the file to a multiple of 64 bytes: 118 of 128 are the header.
  test("at most maxHeaderBytes are written; the error says what to change at both ends", () => {
    const array = NdArray.from([1], "<f8");
    expect(encode(array, { maxHeaderBytes: 118 })).toEqual(encode(array));
    expect(refusal(() => encode(array, { maxHeaderBytes: 117 }))).toMatchObject({
      code: "header-too-large",
      offset: undefined,
      message: "maxHeaderBytes is 117, and the header takes 118: raise it at both ends, in Python max_header_size",
    });
    // Version 3 has 12 bytes before its header.
    const records = new RecordArray([["整", "|u1"]], [0], new Uint8Array());
    expect(encode(records, { maxHeaderBytes: 116 })).toEqual(encode(records));
    expect(() => encode(records, { maxHeaderBytes: 115 })).toThrow("the header takes 116");
  });
});

test("a value that is not an array is refused when it is written", () => {
  for (const value of [undefined, null, [1], { dtype: "<f8" }, new Float64Array(1)]) {
    expect(refusal(() => encode(value as never))).toMatchObject({
      code: "type",
      offset: undefined,
      message: "npy carries an NdArray or a RecordArray; make one first",
    });
  }
});

test("options are checked when an array is written", () => {
  for (const options of [null, 5, "x"]) {
    expect(() => encode(NdArray.from([1]), options as never)).toThrow(/^options must be/);
  }
  expect(() => encode(NdArray.from([1]), { maxHeaderBytes: 0 })).toThrow(/^maxHeaderBytes must be/);
});

test("a codec is a frozen object with its name", () => {
  expect(npy().name).toBe("npy");
  expect(Object.isFrozen(npy())).toBe(true);
});
