import type { Headers } from "./record.ts";

/** What is known of a record beside its value when that is encoded or decoded. */
export interface RecordContext {
  readonly topic: string;
  /** Undefined while encoding, unless the caller chose one: the partition is found after that. */
  readonly partition: number | undefined;
  readonly key: Uint8Array | null;
  readonly headers: Headers;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly timestamp: number;
}

/**
 * The whole plug-in interface for formats: how values become bytes and bytes become values.
 *
 * A codec is a plain object; nothing is registered. The caller passes it to a producer or consumer, so its types flow
 * to `send` and to the messages. Both methods may give their result at once or as a promise. They throw any `Error` for a
 * value that they cannot encode or decode: core wraps it in an {@link EncodeError} or {@link DecodeError} that names topic,
 * partition and offset, and takes over the error's `code` and `offset` (the position in the bytes) if it has them.
 *
 * Producer and consumer always pass the record's context. Most codecs do not need it and leave the parameter out.
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
  encode(value: In, context?: RecordContext): Uint8Array | Promise<Uint8Array>;
  /**
   * The value in `bytes`. It may be a view of `bytes`, whose memory is never reused. `bytes` starts anywhere in its
   * buffer: mind `byteOffset`. It may be Node's Buffer, whose `slice` is a view.
   */
  decode(bytes: Uint8Array, context?: RecordContext): Out | Promise<Out>;
}

/**
 * A codec that uses others, a different one for each record: `byTopic` and `byHeader` are such codecs. Errors and the
 * producer's `encodingHeader` name the codec that was chosen.
 */
export interface CodecSelector<In = unknown, Out = In> extends Codec<In, Out> {
  /** The codec of a record, which may be a selector itself. Throws any `Error` if there is none. */
  codecFor(context: RecordContext): Codec<never, unknown>;
}

/** What a codec accepts; for a union of codecs, what one of them accepts. */
export type EncodedBy<C> = C extends Codec<infer In, unknown> ? In : never;

/** What a codec gives; for a union of codecs, what one of them gives. */
export type DecodedBy<C> = C extends Codec<never, infer Out> ? Out : never;
