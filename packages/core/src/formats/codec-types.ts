/** What a codec accepts; for a union of codecs, what one of them accepts. */
export type EncodedBy<C> = C extends { encode(value: infer In): unknown } ? In : never;

/** What a codec gives; for a union of codecs, what one of them gives. */
export type DecodedBy<C> = C extends { decode(bytes: Uint8Array): infer Out } ? Awaited<Out> : never;
