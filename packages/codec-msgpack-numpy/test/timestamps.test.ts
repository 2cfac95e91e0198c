import { readFileSync } from "node:fs";

import { decodeTimestampToTimeSpec, encodeTimeSpecToTimestamp, EXT_TIMESTAMP, ExtensionCodec } from "@msgpack/msgpack";
import { describe, expect, test } from "vitest";

import { decode, encode, Extension } from "../src/index.ts";

/** Made by tooling/python/scripts/msgpack_vectors.py, with `datetime=True`. */
const { timestamps, refusedTimestamps } = JSON.parse(
  readFileSync(new URL("vectors/edges.json", import.meta.url), "utf8"),
) as {
  readonly timestamps: readonly {
    readonly time: string;
    /** Without what is below. */
    readonly milliseconds: number;
    readonly isWhole: boolean;
    readonly seconds: number;
    readonly nanoseconds: number;
    readonly hex: string;
  }[];
  readonly refusedTimestamps: readonly { readonly hex: string; readonly error: string }[];
};

const unhex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** A time as msgpack has it. */
class Time {
  readonly sec: number;
  readonly nsec: number;

  constructor(sec: number, nsec: number) {
    this.sec = sec;
    this.nsec = nsec;
  }
}
const exact = new ExtensionCodec();
exact.register({
  type: EXT_TIMESTAMP,
  encode: (value) => (value instanceof Time ? encodeTimeSpecToTimestamp(value) : null),
  decode: (data) => {
    const { sec, nsec } = decodeTimestampToTimeSpec(data);
    return new Time(sec, nsec);
  },
});

describe("a timestamp that Python wrote", () => {
  const whole = timestamps.filter(({ isWhole }) => isWhole);
  test.each(whole)("$time is a Date, which is written with the same bytes", ({ milliseconds, hex }) => {
    expect(decode(unhex(hex))).toEqual(new Date(milliseconds));
    expect(hexOf(encode(new Date(milliseconds)))).toBe(hex);
    expect(hexOf(encode([{ at: new Date(milliseconds) }]))).toBe(`9181a26174${hex}`);
  });

  const finer = timestamps.filter(({ isWhole }) => !isWhole);
  test.each(finer)("$time is a Date within a millisecond", ({ milliseconds, hex }) => {
    const found = decode(unhex(hex));
    expect(found).toBeInstanceOf(Date);
    expect(Math.abs(Number(found) - milliseconds)).toBeLessThanOrEqual(1);
  });

  test.each(timestamps)("$time keeps all digits with an ExtensionCodec", ({ seconds, nanoseconds, hex }) => {
    const time = new Time(seconds, nanoseconds);
    expect(decode(unhex(hex), { extensionCodec: exact })).toEqual(time);
    expect(hexOf(encode(time, { extensionCodec: exact }))).toBe(hex);
  });

  test.each(timestamps)("$time keeps all bytes without an ExtensionCodec", ({ hex }) => {
    const found = decode(unhex(hex), { extensionCodec: false });
    expect(found).toBeInstanceOf(Extension);
    expect(hexOf(encode(found))).toBe(hex);
  });

  test("may begin at any byte of its buffer", () => {
    const { hex, milliseconds } = timestamps[1] ?? { hex: "", milliseconds: 0 };
    for (let at = 0; at < 8; at += 1) {
      const buffer = Buffer.from("ff".repeat(at) + hex + "ff".repeat(8), "hex");
      expect(decode(buffer.subarray(at, at + hex.length / 2))).toEqual(new Date(milliseconds));
    }
  });
});

test.each(refusedTimestamps)("a timestamp that Python refuses is refused: $error", ({ hex }) => {
  expect(() => decode(unhex(hex))).toThrow(expect.objectContaining({ name: "FormatError", code: "extension" }));
  expect(decode(unhex(hex), { extensionCodec: false })).toMatchObject({ type: -1 });
});

test.each([
  ["after the last one", "c70cff000f4240000007dba8218000"],
  ["before the first one", "c70cff00000000fffff82457de7fff"],
])("a time that no Date holds is refused: %s", (_what, hex) => {
  expect(() => decode(unhex(hex))).toThrow(
    "the extension of type -1 at byte 2 cannot be decoded: no Date holds this time; extensionCodec: false reads its bytes",
  );
  expect(hexOf(encode(decode(unhex(hex), { extensionCodec: false })))).toBe(hex);
});

test("a Date is refused without an ExtensionCodec", () => {
  expect(() => encode([new Date(0)], { extensionCodec: false })).toThrow("$[0]: msgpack has no form for a Date");
});

test("a timestamp in a longer form than it needs is a Date, and is written in its shortest form", () => {
  for (const hex of ["d7ff0000000000000001", "c70cff000000000000000000000001"]) {
    expect(decode(unhex(hex))).toEqual(new Date(1_000));
    expect(hexOf(encode(decode(unhex(hex))))).toBe("d6ff00000001");
  }
});
