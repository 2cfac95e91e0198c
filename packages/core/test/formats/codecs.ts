import type { Codec, RecordContext } from "../../src/contract/codec.ts";

/** Text as UTF-8. */
export const texts: Codec<string> = {
  name: "texts",
  encode: (value) => new TextEncoder().encode(value),
  decode: (bytes) => new TextDecoder().decode(bytes),
};

/** A number as one byte. */
export const numbers: Codec<number> = {
  name: "numbers",
  encode: (value) => new Uint8Array([value]),
  decode: (bytes) => bytes[0] ?? NaN,
};

/** The context of a record with headers of text. */
export function contextOf(
  topic: string,
  headers: readonly (readonly [name: string, value: string | Uint8Array | null])[] = [],
): RecordContext {
  const bytesOf = (value: string | Uint8Array | null): Uint8Array | null =>
    typeof value === "string" ? new TextEncoder().encode(value) : value;
  return {
    topic,
    partition: 0,
    key: null,
    headers: headers.map(([name, value]) => [name, bytesOf(value)]),
    timestamp: 5,
  };
}
