import type { ExtensionCodecType } from "@msgpack/msgpack";

import type { Limits } from "./limits.ts";

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
  readonly extensionCodec?: ExtensionCodecType<undefined> | false | undefined;
}
