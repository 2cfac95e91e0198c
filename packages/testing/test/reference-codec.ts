import type { Codec } from "@dataqueues/core";

import type { CodecCasesOptions } from "../src/index.ts";

const flag = 0x80;

/** A format that keeps all promises: one byte with the count, whose first bit is ignored, then float64s. */
export const reference = {
  name: "reference",
  encode(value: Float64Array): Uint8Array {
    if (!(value instanceof Float64Array)) throw new TypeError("only a Float64Array can be encoded");
    const bytes = new Uint8Array(1 + value.byteLength);
    bytes[0] = value.length;
    bytes.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), 1);
    return bytes;
  },
  decode(bytes: Uint8Array): Float64Array {
    const count = (bytes[0] ?? 0) & ~flag;
    if (bytes.length !== 1 + 8 * count) throw new RangeError(`${bytes.length} bytes for ${count} values`);
    return new Float64Array(Uint8Array.from(bytes.subarray(1)).buffer);
  },
} satisfies Codec<Float64Array>;

/** The options of the cases, with values of their own for each run. */
export function referenceOptions(codec: Codec<Float64Array>): CodecCasesOptions<Float64Array, Float64Array> {
  const one = [0, 0, 0, 0, 0, 0, 0xf0, 0x3f];
  // There is a number in front of these in their buffer.
  const values = [[NaN, -0, 1], [], [1e300]].map((numbers) => new Float64Array([0, ...numbers]).subarray(1));
  return {
    codec,
    values,
    vectors: [
      { bytes: Uint8Array.of(1, ...one), value: Float64Array.of(1) },
      { bytes: Uint8Array.of(flag | 1, ...one), value: Float64Array.of(1), written: false },
    ],
    refused: [Uint8Array.of(2, 0)],
    refusesTruncated: true,
  };
}
