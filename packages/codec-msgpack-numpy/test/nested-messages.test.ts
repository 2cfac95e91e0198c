import { FormatError } from "@dataqueues/arrays";
import { ExtData } from "@msgpack/msgpack";
import type { ExtensionCodecType } from "@msgpack/msgpack";
import { describe, expect, test } from "vitest";

import { decode, encode, msgpackNumpy } from "../src/index.ts";
import type { DecodeOptions, MsgpackNumpyCodec } from "../src/index.ts";

/** A value that is a message of its own within an extension. */
class Box {
  readonly content: unknown;

  constructor(content: unknown) {
    this.content = content;
  }
}

/** An ExtensionCodec for boxes that uses these functions for the message in a box. */
const boxes = (
  codec: () => { readonly encode: (value: unknown) => Uint8Array; readonly decode: (bytes: Uint8Array) => unknown },
): ExtensionCodecType<undefined> => ({
  tryToEncode: (value) => (value instanceof Box ? new ExtData(5, codec().encode(value.content)) : null),
  decode: (data) => new Box(codec().decode(data)),
});

/** A codec whose boxes have messages of the same codec. */
function boxCodec(options: DecodeOptions = {}): MsgpackNumpyCodec {
  const codec: MsgpackNumpyCodec = msgpackNumpy({ ...options, extensionCodec: boxes(() => codec) });
  return codec;
}

/** A box in a box, and so on, around an empty list, as bytes: each has four bytes for its length. */
function nestedBytes(levels: number): Uint8Array {
  const bytes = new Uint8Array(6 * levels + 1);
  const view = new DataView(bytes.buffer);
  for (let level = 0; level < levels; level += 1) {
    view.setUint8(6 * level, 0xc9);
    view.setUint32(6 * level + 1, bytes.length - 6 * (level + 1));
    view.setUint8(6 * level + 5, 5);
  }
  bytes[bytes.length - 1] = 0x90;
  return bytes;
}

function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < levels; level += 1) value = new Box(value);
  return value;
}

/** The levels, values and memory of each value, of which a box is a level, and its bytes 104. */
const exact: readonly (readonly [value: unknown, maxDepth: number, maxItems: number, maxMemoryBytes: number])[] = [
  [new Box(1), 1, 1, 104],
  [new Box([]), 2, 1, 104 + 48],
  [[new Box([1, 2]), new Box([3])], 3, 5, 48 + 16 + 104 + 48 + 16 + 104 + 48 + 8],
  [{ a: [new Box({ b: new Box({}) })] }, 6, 5, 56 + 8 + 48 + 8 + 104 + 56 + 8 + 104 + 56],
  [[new Box(new Box(1)), new Box([new Box(1)])], 4, 3, 48 + 16 + 104 + 104 + 104 + 48 + 8 + 104],
];

describe("the messages in extensions count for the message around them", () => {
  test.each(exact)("%o has %i levels, %i values, %i bytes of memory", (value, maxDepth, maxItems, maxMemoryBytes) => {
    const bytes = boxCodec().encode(value);
    const just = { maxDepth, maxItems, maxMemoryBytes };
    expect(boxCodec(just).encode(value)).toEqual(bytes);
    expect(boxCodec(just).decode(bytes)).toEqual(boxCodec().decode(bytes));
    for (const name of ["maxDepth", "maxItems", "maxMemoryBytes"] as const) {
      if (just[name] === 1) continue;
      const codec = boxCodec({ ...just, [name]: just[name] - 1 });
      for (const act of [() => codec.encode(value), () => codec.decode(bytes)]) {
        expect(act).toThrow(FormatError);
        expect(act).toThrow(expect.objectContaining({ message: expect.stringContaining(`than ${name} allows`) }));
      }
    }
  });

  test("a message counts anew for each call, also after an error", () => {
    const codec = boxCodec({ maxMemoryBytes: 300, maxItems: 4, maxDepth: 3 });
    const good = codec.encode([new Box([1])]);
    const bad = boxCodec().encode([new Box([[[1]]])]);
    for (let call = 0; call < 5; call += 1) {
      expect(codec.decode(good)).toEqual([new Box([1])]);
      expect(codec.encode([new Box([1])])).toEqual(good);
      expect(() => codec.decode(bad)).toThrow(FormatError);
      expect(() => codec.encode([new Box([[[1]]])])).toThrow(FormatError);
    }
  });

  test("an ExtensionCodec that decodes later has limits of its own", () => {
    const later: (() => unknown)[] = [];
    const codec: MsgpackNumpyCodec = msgpackNumpy({
      maxItems: 3,
      extensionCodec: { tryToEncode: () => null, decode: (data) => later.push(() => codec.decode(data)) },
    });
    codec.decode(Uint8Array.of(0x92, 0xc7, 3, 5, 0x92, 0, 1, 0xc7, 3, 5, 0x92, 2, 3));
    expect(later.map((act) => act())).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });
});

describe("boxes in boxes", () => {
  test("nest as deep as maxDepth allows, with one error for all of them", () => {
    const codec = boxCodec({ maxDepth: 100 });
    expect(codec.encode(codec.decode(nestedBytes(99)))).toEqual(boxCodec().encode(nested(99)));
    for (const levels of [100, 101, 200_000]) {
      expect(() => codec.decode(nestedBytes(levels))).toThrow(
        expect.objectContaining({
          name: "FormatError",
          code: "extension",
          offset: 5,
          message: expect.stringMatching(
            /^the extension of type 5 at byte 5 cannot be decoded: at byte \d values nest deeper than maxDepth allows, which is 100$/,
          ),
          cause: expect.objectContaining({ code: "depth" }),
        }),
      );
    }
    for (const levels of [100, 101]) {
      expect(() => codec.encode(nested(levels))).toThrow(
        expect.objectContaining({
          path: "$",
          message: "$: extensionCodec cannot encode it: $: values nest deeper than maxDepth allows, which is 100",
          cause: expect.objectContaining({ code: "depth" }),
        }),
      );
    }
  });

  test("are an error with the default limits as well", () => {
    const error = expect.objectContaining({ name: "FormatError", code: "extension", offset: 5 });
    expect(() => boxCodec().decode(nestedBytes(200_000))).toThrow(error);
  });

  test("a box that contains itself is too deep", () => {
    const own: unknown[] = [];
    own.push(new Box(own));
    expect(() => boxCodec().encode(own)).toThrow(expect.objectContaining({ code: "extension", path: "$[0]" }));
  });

  // Each call of `decode` and `encode` is a message with limits of its own, so the stack ends first.
  test("are an error, and not the end of the process, with an ExtensionCodec that calls decode and encode itself", () => {
    const extensionCodec: ExtensionCodecType<undefined> = boxes(() => ({
      encode: (value) => encode(value, { extensionCodec }),
      decode: (bytes) => decode(bytes, { extensionCodec }),
    }));
    expect(decode(nestedBytes(100), { extensionCodec })).toEqual(nested(100));
    const message: unknown = expect.toSatisfy((text: string) => text.length < 600);
    const error = expect.objectContaining({ name: "FormatError", code: "extension", message });
    expect(() => decode(nestedBytes(200_000), { extensionCodec })).toThrow(error);
    const own: unknown[] = [];
    own.push(new Box(own));
    expect(() => encode(own, { extensionCodec })).toThrow(error);
  });
});
