import { NdArray } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { guessCodec } from "../../src/formats/guess-codec.ts";
import { namedCodec } from "../../src/formats/named-codecs.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const hex = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value.replaceAll(" ", ""), "hex"));

/** Each was printed by Python: `.hex()` of what `numpy.save`, `msgpack.packb` (with msgpack_numpy's encoder) and `json.dumps` write. */
const written: readonly (readonly [what: string, bytes: Uint8Array, codec: string | undefined])[] = [
  [
    "numpy.save of an array",
    hex(
      "934e554d5059010076007b276465736372273a20273c6634272c2027666f727472616e5f6f72646572273a2046616c73652c20277368617065273a2028322c292c207d2020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020200a0000803f00000040",
    ),
    "npy",
  ],
  [
    "msgpack_numpy of numpy.array([1], 'u1')",
    hex("85c4026e64c3c40474797065a37c7531c4046b696e64c400c4057368617065 9101 c40464617461c40101"),
    "msgpack_numpy",
  ],
  ["msgpack of {'a': [1, 2]}", hex("81a161920102"), "msgpack_numpy"],
  ["msgpack of [1.5]", hex("91cb3ff8000000000000"), "msgpack_numpy"],
  ["msgpack of 1.5", hex("cb3ff8000000000000"), "msgpack_numpy"],
  ["msgpack of 'hello'", hex("a568656c6c6f"), "msgpack_numpy"],
  [
    "msgpack of {'coords': {}, 'attrs': {}, 'dims': {}, 'data_vars': {}}",
    hex("84a6636f6f72647380a5617474727380a464696d7380a9646174615f7661727380"),
    "xarray_dict",
  ],
  ["json.dumps of a dict", text('{"gain": NaN}'), "json"],
  ["a list with white space before it", text(" \n[1, 2]"), "json"],
  ["JSON with a byte order mark", text("\ufeff{}"), "json"],
  ["a number", text("1.5"), "utf-8"],
  ["a quoted word", text('"abc"'), "utf-8"],
  ["a line of a log in brackets", text("[info] started"), "utf-8"],
  ["text", text("Größe ☆\n"), "utf-8"],
  ["text of Greek capitals, whose first byte msgpack has too", text("Ωμέγα"), "utf-8"],
  ["nothing", new Uint8Array(), "utf-8"],
  ["a big-endian int64, which is valid UTF-8", hex("000000000000002a"), undefined],
  ["a Confluent frame", hex("0000000001 7b7d"), undefined],
  ["pickle.dumps of 1", hex("80044b012e"), undefined],
  ["a number of msgpack that is one byte", hex("ff"), undefined],
  ["a map of msgpack that is cut", hex("81a161"), undefined],
  ["a list of msgpack that declares 2^32 items", hex("ddffffffff"), undefined],
  ["gzip", hex("1f8b0800000000000003"), undefined],
  ["an Arrow stream", hex("ffffffff00000000"), "xarray"],
];

describe("what Python writes", () => {
  test.for(written)("%s", ([, bytes, expected]) => {
    expect(guessCodec(bytes)?.name).toBe(expected);
  });
});

test("a guess can be read, except for what has a mark of its own", () => {
  for (const [, bytes, name] of written) {
    if (name === undefined || name === "xarray") continue;
    expect(() => guessCodec(bytes)?.decode(bytes)).not.toThrow();
  }
});

test("bytes that are cut or changed anywhere are guessed or not, and nothing throws", () => {
  const array = namedCodec("msgpack_numpy")?.encode({ a: NdArray.from([1, 2, 3], "<f8"), b: ["x", null] });
  if (!(array instanceof Uint8Array)) throw new Error("it encodes at once");
  for (const bytes of [array, ...written.map(([, each]) => each)]) {
    for (let at = 0; at < bytes.length; at += 1) {
      expect(() => guessCodec(bytes.subarray(0, at))).not.toThrow();
      for (const byte of [0, 0x7b, 0x80, 0xc1, 0xdd, 0xff]) {
        const changed = Uint8Array.from(bytes);
        changed[at] = byte;
        expect(() => guessCodec(changed)).not.toThrow();
      }
    }
  }
});

test("lists within lists without end are refused quickly", () => {
  expect(guessCodec(text("[".repeat(1_000_000)))?.name).toBe("utf-8");
  expect(guessCodec(new Uint8Array(1_000_000).fill(0x91))).toBeUndefined();
});
