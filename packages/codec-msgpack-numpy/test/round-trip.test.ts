import { describe, expect, test } from "vitest";

import { decode, encode } from "../src/index.ts";
import type { DecodeOptions } from "../src/index.ts";

const unhex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const sentOn = (hex: string, options: DecodeOptions = {}): string =>
  Buffer.from(encode(decode(unhex(hex), options))).toString("hex");

const bin = (text: string): string =>
  `c4${text.length.toString(16).padStart(2, "0")}${Buffer.from(text).toString("hex")}`;
const start = `85${bin("nd")}c3${bin("type")}`;
/** `numpy.array([1, 2], "<i2")` as msgpack_numpy.encode writes it, and parts of other messages. */
const [plain, records] = [`${bin("kind")}c400${bin("shape")}`, `${bin("kind")}c40156${bin("shape")}`];
const little = `${start}a33c6932${plain}9102${bin("data")}c40401000200`;

/** What README.md and docs/wire-formats.md call the same bytes. All messages were written by msgpack_numpy 0.4.8. */
const same: readonly (readonly [what: string, hex: string])[] = [
  ["an array", little],
  [
    "an array in Fortran order, which Python writes in C order",
    `${start}a33c6932${plain}920202${bin("data")}c4080100020003000400`,
  ],
  ["every second item from the end", `${start}a33c6932${plain}9103${bin("data")}c406050003000100`],
  [
    "a structured array",
    `${start}9292a161a33c693492a162a33c6638${records}9101${bin("data")}c40c010000000000000000000440`,
  ],
  ["a structured array with a big-endian field", `${start}9192a161a33e6932${records}9101${bin("data")}c4020001`],
  [
    "a dict with a list of int, float with a fraction, -0.0, NaN, str, bytes, None, bool, complex, [] and {}",
    `81a1619d01ffcf1000000000000000cb3fe0000000000000cb8000000000000000cb7ff8000000000000a2c3a9c40178c0c382${bin("complex")}c3${bin("data")}a628312b326a299080`,
  ],
  ["a tuple, which Python writes as a list", "9201a161"],
  ["a dict with an integer among the keys", "83a162010002a2313003"],
  ["an extension", "d40561"],
  ["a timestamp", "d6ff00000001"],
  ["a timedelta64", `83${bin("nd")}c2${bin("type")}a63c6d385b735d${bin("data")}c4080500000000000000`],
];

/** What they call the same value, with the bytes that Python writes for it. */
const alike: readonly (readonly [what: string, hex: string, other: string])[] = [
  ["a big-endian array", `${start}a33e6932${plain}9102${bin("data")}c40400010002`, little],
  ["a scalar of numpy", `83${bin("nd")}c2${bin("type")}a33c6634${bin("data")}c4040000c03f`, "cb3ff8000000000000"],
  ["a float without a fraction", "cb3ff0000000000000", "01"],
  ["a float of 32 bits", "ca3fc00000", "cb3ff8000000000000"],
  ["an integer in a long form", "cd0001", "01"],
  [
    "a dict with text keys that are whole numbers, which come first here",
    "83a16201a2313002a13903",
    "83a13903a2313002a16201",
  ],
  ["bytes as keys, which become text", "81c4016101", "81a16101"],
  ["a masked array, which loses its mask", `${start}a33c6932${plain}9102${bin("data")}${little}`, little],
];

describe("a message that is read and written again", () => {
  test.each(same)("has the same bytes: %s", (_what, hex) => {
    expect(sentOn(hex)).toBe(hex);
  });

  test.each(alike)("has the same value: %s", (_what, hex, other) => {
    expect(sentOn(hex)).toBe(other);
  });

  test("has the same bytes on request: numpy scalars, bytes as keys", () => {
    for (const hex of [`83${bin("nd")}c2${bin("type")}a33c6634${bin("data")}c4040000c03f`, "82c4016101a16202"]) {
      expect(sentOn(hex, { scalars: "typed", bytesKeys: "map" })).toBe(hex);
    }
  });
});
