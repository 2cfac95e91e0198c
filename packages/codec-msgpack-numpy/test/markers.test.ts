import { NdArray, RecordArray } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { Complex, decode, encode, msgpackNumpy, NumpyScalar } from "../src/index.ts";
import type { DecodeOptions } from "../src/index.ts";

const ascii = (text: string): string => Buffer.from(text, "latin1").toString("hex");
const unhex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const bin = (text: string): string => `c4${text.length.toString(16).padStart(2, "0")}${ascii(text)}`;
const str = (text: string): string => (0xa0 + text.length).toString(16) + ascii(text);
/** A dict with these keys as bytes, and these values. */
const marked = (parts: Readonly<Record<string, string>>): string =>
  (0x80 + Object.keys(parts).length).toString(16) +
  Object.entries(parts)
    .map(([key, value]) => bin(key) + value)
    .join("");

const [yes, no, nil] = ["c3", "c2", "c0"];
const whole = { nd: yes, type: str("|u1"), kind: bin(""), shape: "9102", data: bin("\x07\x08") };
const scalar = { nd: no, type: str("|u1"), data: bin("\x07") };

describe("a dict represents a value if it has all of its keys, as in Python", () => {
  const without = (parts: Readonly<Record<string, string>>, name: string): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(parts).filter(([key]) => key !== name));

  test.each(["nd", "type", "shape", "data"])("an array without its %s is a dict", (name) => {
    const found = decode(unhex(marked(without(whole, name))));
    expect(Object.keys(found as object)).toEqual(Object.keys(without(whole, name)));
    expect(found).not.toBeInstanceOf(NdArray);
  });

  test.each(["nd", "type", "data"])("a scalar without its %s is a dict", (name) => {
    const found = decode(unhex(marked(without(scalar, name))));
    expect(Object.keys(found as object)).toEqual(Object.keys(without(scalar, name)));
  });

  test("an array needs no kind, a scalar neither kind nor shape; both may have further keys", () => {
    expect(decode(unhex(marked(without(whole, "kind"))))).toEqual(NdArray.from([7, 8], "|u1"));
    expect(decode(unhex(marked({ ...scalar, kind: bin(""), shape: "9102", more: "05" })))).toBe(7);
    expect(decode(unhex(marked({ more: "05", ...whole })))).toEqual(NdArray.from([7, 8], "|u1"));
  });

  test.each(["01", "00", nil, str("x")])("a dict whose nd is not a boolean (%s) is a dict", (nd) => {
    expect(decode(unhex(marked({ ...whole, nd })))).not.toBeInstanceOf(NdArray);
  });

  test("a complex number needs its data", () => {
    expect(decode(unhex(marked({ complex: yes })))).toEqual({ complex: true });
    expect(decode(unhex(marked({ complex: yes, other: str("1j") })))).toEqual({ complex: true, other: "1j" });
    expect(decode(unhex(marked({ complex: yes, data: str("1j") })))).toEqual(new Complex(0, 1));
  });

  test.each([bin("1j"), `91${str("1j")}`, "01", nil])(
    "a complex number whose data are not text is refused: %s",
    (data) => {
      expect(() => decode(unhex(`91${marked({ complex: yes, data })}`))).toThrow(
        expect.objectContaining({
          code: "format",
          offset: 2,
          message: "the dict at byte 2 does not contain a complex number",
        }),
      );
    },
  );

  test("a dict that could be an array and a complex number is an array", () => {
    expect(decode(unhex(marked({ complex: yes, ...scalar })))).toBe(7);
  });
});

describe("an invalid array is refused with the offset of its dict and the reason", () => {
  test.each([
    [{ ...whole, type: nil }, "dtype"],
    [{ ...whole, type: "05" }, "dtype"],
    [{ ...whole, type: yes }, "dtype"],
    [{ ...whole, type: str("<i3") }, "dtype"],
    [{ ...scalar, type: nil }, "dtype"],
    [{ ...whole, shape: "91ff" }, "shape"],
    [{ ...whole, shape: nil }, "shape"],
    [{ ...whole, data: bin("\x07") }, "size-mismatch"],
    [{ ...whole, data: str("ab") }, "size-mismatch"],
    [{ ...scalar, data: "05" }, "size-mismatch"],
    [{ ...scalar, data: bin("") }, "size-mismatch"],
    [{ ...whole, kind: bin("O") }, "pickle-refused"],
    [{ ...whole, kind: str("O") }, "pickle-refused"],
    [{ ...scalar, type: str("|O") }, "pickle-refused"],
  ])("%j: %s", (parts, code) => {
    const about = { codec: "msgpack_numpy", code, offset: 3, message: expect.stringMatching(/./) };
    expect(() => decode(unhex(`9200${marked(parts)}`))).toThrow(
      expect.objectContaining({ ...about, cause: expect.objectContaining({ code, offset: undefined }) }),
    );
  });

  test.each([
    [{ ...whole, kind: bin("O") }, "object arrays are pickled, and pickles run code: refused"],
    [{ ...whole, data: str("ab") }, "the data of an array are not bytes"],
  ])("the message for %j", (parts, message) => {
    expect(() => decode(unhex(marked(parts)))).toThrow(expect.objectContaining({ message }));
  });

  test("a kind that does not begin with O is not a pickle", () => {
    for (const kind of [bin("V"), bin("VO"), str("V"), nil, "80"]) {
      expect(decode(unhex(marked({ ...whole, kind })))).toEqual(NdArray.from([7, 8], "|u1"));
    }
  });
});

describe("fields", () => {
  const typed = (type: string, data: string, shape = "9101"): unknown =>
    decode(unhex(marked({ ...whole, kind: bin("V"), type, shape, data: bin(data) })));
  const field = (name: string, format: string): string => `92${str(name)}${str(format)}`;

  test("a single field without a name is numpy's void", () => {
    const found = typed(`91${field("", "|V2")}`, "\x07\x08");
    expect(found).toBeInstanceOf(NdArray);
    expect(found).toMatchObject({ dtype: "|V2", shape: [1] });
  });

  test("a single field with a name, and fields of which the first has no name, are records", () => {
    expect(typed(`91${field("a", "|u1")}`, "\x07")).toMatchObject({ dtype: [["a", "|u1"]] });
    const padded = typed(`92${field("", "|V1")}${field("b", "|u1")}`, "\x07\x08");
    expect(padded).toBeInstanceOf(RecordArray);
    expect(padded).toMatchObject({ names: ["b"] });
    expect(padded instanceof RecordArray && [...padded.field("b")]).toEqual([8]);
  });

  test("a single field without a name that has fields is a record", () => {
    expect(typed(`9192a091${field("b", "|u1")}`, "\x07")).toBeInstanceOf(RecordArray);
  });

  test("no fields at all", () => {
    expect(typed("90", "", "9103")).toMatchObject({ shape: [3], names: [] });
  });

  test("a scalar with fields is a record without dimensions", () => {
    const found = decode(unhex(marked({ nd: no, type: `91${field("a", "|u1")}`, data: bin("\x07") })));
    expect(found).toBeInstanceOf(RecordArray);
    expect(found).toMatchObject({ shape: [], dtype: [["a", "|u1"]] });
    expect(
      decode(unhex(marked({ nd: no, type: `91${field("a", "|u1")}`, data: bin("\x07") })), { scalars: "typed" }),
    ).toEqual(found);
  });
});

/** A copy of a message whose data start at a multiple of 8 in memory, or `shift` bytes after it. */
function placed(message: Uint8Array, dataBytes: number, shift: number): Uint8Array {
  const from = 64 + shift - (message.length - dataBytes);
  const memory = new Uint8Array(from + message.length);
  memory.set(message, from);
  return memory.subarray(from);
}

describe("copies and views", () => {
  const array = (): Uint8Array => encode(NdArray.from([1.5, 2.5], "<f8"));
  const records = (): Uint8Array => encode(new RecordArray([["a", "|u1"]], [2], Uint8Array.of(7, 8)));
  const bufferOf = (found: unknown): ArrayBufferLike =>
    found instanceof NdArray
      ? found.bytes.buffer
      : found instanceof RecordArray
        ? found.data.buffer
        : new ArrayBuffer(0);

  const options: readonly (readonly [DecodeOptions, view: boolean])[] = [
    [{}, true],
    [{ copy: "auto" }, true],
    [{ copy: "never" }, true],
    [{ copy: "always" }, false],
  ];
  test.each(options)("%j: aligned arrays and records are views: %s", (option, view) => {
    const message = placed(array(), 16, 0);
    expect(bufferOf(decode(message, option)) === message.buffer).toBe(view);
    const rows = placed(records(), 2, 0);
    const found = decode(rows, option);
    expect(bufferOf(found) === rows.buffer).toBe(view);
    rows.fill(0);
    expect(found instanceof RecordArray && [...found.data]).toEqual(view ? [0, 0] : [7, 8]);
  });

  test("an array that is not aligned is a copy, or an error if a view is requested", () => {
    const message = placed(array(), 16, 1);
    expect(decode(message)).toEqual(NdArray.from([1.5, 2.5], "<f8"));
    expect(bufferOf(decode(message))).not.toBe(message.buffer);
    expect(() => decode(message, { copy: "never" })).toThrow(expect.objectContaining({ code: "copy", offset: 1 }));
  });

  test("a scalar is never refused because of its alignment", () => {
    const message = encode(new NumpyScalar("<f8", 1.5));
    for (const copy of ["auto", "always", "never"] as const) {
      expect(decode(placed(message, 8, 1), { copy })).toBe(1.5);
      expect(decode(placed(message, 8, 0), { copy })).toBe(1.5);
    }
  });

  test("a scalar that is copied keeps its value when the message is overwritten", () => {
    const message = placed(encode(new NumpyScalar("<f8", 1.5)), 8, 0);
    const found = decode(message, { copy: "always", scalars: "typed" });
    message.fill(0);
    expect(found).toMatchObject({ dtype: "<f8", value: 1.5 });
  });

  test("bytes are plain Uint8Arrays, also from a Node Buffer", () => {
    const found = decode(Buffer.from("93c40101c4020102d40501", "hex"));
    for (const item of [found].flat()) {
      const data: unknown = item instanceof Uint8Array ? item : (item as { data: Uint8Array }).data;
      expect(Object.getPrototypeOf(data)).toBe(Uint8Array.prototype);
    }
  });

  test("only the bytes of the view are read, also of a DataView", () => {
    const memory = Uint8Array.of(1, 1, 1, 0xca, 0x3f, 0xc0, 0, 0, 1);
    expect(decode(memory.subarray(3, 8))).toBe(1.5);
    const view: unknown = new DataView(memory.buffer, 3, 5);
    expect(decode(view as Uint8Array)).toBe(1.5);
  });
});

describe("messages written with use_bin_type=False are read on request", () => {
  // Written by msgpack_numpy 0.4.4 with one type for text and bytes: numpy.array([7, 8], "u1"), whose data are valid UTF-8,
  // and numpy.array([7, 255], "u1"), whose data are not.
  const old = (data: string): string =>
    `85${str("nd")}c3${str("type")}${str("|u1")}${str("kind")}a0${str("shape")}9102${str("data")}${str(data)}`;

  test("arrays whose data are valid UTF-8 and whose data are not", () => {
    expect(decode(unhex(old("\x07\x08")), { legacy: true })).toEqual(NdArray.from([7, 8], "|u1"));
    expect(decode(unhex(old("\x07\xff")), { legacy: true })).toEqual(NdArray.from([7, 255], "|u1"));
    expect(msgpackNumpy({ legacy: true }).decode(unhex(old("\xc3\xa9")))).toEqual(NdArray.from([0xc3, 0xa9], "|u1"));
  });

  test("by default they are dicts with text keys, and data that are not UTF-8 are refused", () => {
    for (const legacy of [undefined, false]) {
      expect(decode(unhex(old("\x07\x08")), { legacy })).toMatchObject({ nd: true, data: "\x07\b" });
      expect(() => decode(unhex(old("\x07\xff")), { legacy })).toThrow(expect.objectContaining({ code: "utf8" }));
    }
  });

  test("a complex number and a dict with data but no nd keep their text", () => {
    const complex = `82${str("complex")}c3${str("data")}${str("1j")}`;
    expect(decode(unhex(complex), { legacy: true })).toEqual(new Complex(0, 1));
    expect(decode(unhex(complex))).toEqual({ complex: true, data: "1j" });
    expect(decode(unhex(`81${str("data")}${str("x")}`), { legacy: true })).toEqual({ data: "x" });
    expect(decode(unhex(`82${str("nd")}01${str("data")}${str("x")}`), { legacy: true })).toEqual({ nd: 1, data: "x" });
  });

  test("text that is not UTF-8 is bytes", () => {
    expect(decode(unhex(`92${str("\xff")}${str("a")}`), { legacy: true })).toEqual([Uint8Array.of(255), "a"]);
  });

  test("objects are refused", () => {
    const hex = `85${str("nd")}c3${str("type")}${str("|O")}${str("kind")}${str("O")}${str("shape")}9101${str("data")}${str("x")}`;
    expect(() => decode(unhex(hex), { legacy: true })).toThrow(expect.objectContaining({ code: "pickle-refused" }));
  });
});
