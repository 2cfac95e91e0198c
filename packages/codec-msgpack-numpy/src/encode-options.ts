import type { Limits } from "./limits.ts";

/**
 * What is used of an `ExtensionCodec` of `@msgpack/msgpack`, its `ExtensionCodecType<undefined>`. It is written down here
 * because the types of `@msgpack/msgpack` need those of a browser or of Node.
 */
export interface ExtensionCodecLike {
  /** The extension that a value becomes, or null. */
  tryToEncode(object: unknown, context: undefined): ExtDataLike | null;
  /** The value of an extension. */
  decode(data: Uint8Array, extensionType: number, context: undefined): unknown;
}

/** What is used of an `ExtData` of `@msgpack/msgpack`. */
export interface ExtDataLike {
  /** From -128 to 127. */
  readonly type: number;
  /** The bytes, or a function of their place in the message that gives them. */
  readonly data: Uint8Array | ((position: number) => Uint8Array);
}

/** Options of `encode`, which are options of `decode` as well. */
export interface EncodeOptions extends Limits {
  /**
   * How msgpack's extensions are read and written: an `ExtensionCodec` of `@msgpack/msgpack`. The default is its
   * `ExtensionCodec.defaultCodec`: a timestamp is a Date. A Date has milliseconds; what is below is lost.
   *
   * `decode` asks it for every extension. The bytes it gets are a view of the message, so it has to copy what it keeps. A type
   * that it does not know (for which it returns an `ExtData`) becomes an {@link Extension}. `encode` asks it first for every
   * object, list, Map, bigint and function, as `@msgpack/msgpack` does, but not for typed arrays and the classes of this
   * package and of `@dataqueues/arrays`. The default is asked only for values that have no form otherwise.
   *
   * `false`: no extension is decoded, all are {@link Extension}s with all their bytes, and a Date is refused.
   */
  readonly extensionCodec?: ExtensionCodecLike | false | undefined;
}
