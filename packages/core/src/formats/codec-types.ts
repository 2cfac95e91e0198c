import type { Codec } from "../contract/codec.ts";

/** What a codec accepts; for a union of codecs, what one of them accepts. */
export type EncodedBy<C> = C extends Codec<infer In, unknown> ? In : never;

/** What a codec gives; for a union of codecs, what one of them gives. */
export type DecodedBy<C> = C extends Codec<never, infer Out> ? Out : never;
