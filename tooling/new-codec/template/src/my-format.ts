import type { Codec } from "@dataqueues/core";

/** A codec of numbers that works synchronously. */
export interface NumberCodec extends Codec<number> {
  encode(value: number): Uint8Array;
  decode(bytes: Uint8Array): number;
}

/** A number as a little-endian float64: Python's `struct.pack("<d", value)`. */
export function myFormat(): NumberCodec {
  return Object.freeze({
    name: "my-format",
    encode(value: number): Uint8Array {
      if (typeof value !== "number") throw new TypeError(`my-format encodes a number, not a ${typeof value}`);
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, value, true);
      return new Uint8Array(view.buffer);
    },
    decode(bytes: Uint8Array): number {
      if (bytes.length !== 8) throw new RangeError(`my-format has 8 bytes, not ${bytes.length}`);
      return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
    },
  });
}
