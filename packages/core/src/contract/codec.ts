/**
 * The whole plug-in interface for formats: how values become bytes and bytes become values.
 *
 * A codec is a plain object; nothing is registered. The caller passes it to a producer or consumer, so its types flow
 * to `send` and to the messages. Both methods may give their result at once or as a promise. They throw any `Error` for a
 * value that they cannot encode or decode: core wraps it in an {@link EncodeError} or {@link DecodeError} that names topic,
 * partition and offset, and takes over the error's `code` and `offset` (the position in the bytes) if it has them.
 *
 * @typeParam In - what `encode` accepts
 * @typeParam Out - what `decode` gives
 *
 * @example
 * ```ts
 * const float64: Codec<number> = {
 *   name: "float64",
 *   encode(value) {
 *     const bytes = new Uint8Array(8);
 *     new DataView(bytes.buffer).setFloat64(0, value, true);
 *     return bytes;
 *   },
 *   decode(bytes) {
 *     return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat64(0, true);
 *   },
 * };
 * ```
 */
export interface Codec<In = unknown, Out = In> {
  /** The encoding's name; Python's, where Python has it: `utf-8 ascii json npy msgpack_numpy xarray`. */
  readonly name: string;
  /** The bytes of a value. Later calls must not change them. */
  encode(value: In): Uint8Array | Promise<Uint8Array>;
  /**
   * The value in `bytes`. It may be a view of `bytes`, whose memory is never reused. `bytes` starts anywhere in its
   * buffer: mind `byteOffset`. It may be Node's Buffer, whose `slice` is a view.
   */
  decode(bytes: Uint8Array): Out | Promise<Out>;
}
