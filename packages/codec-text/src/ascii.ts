import { CodecError } from "@dataqueues/core";
import { assertString, looksLike } from "./not-text.ts";
import type { TextCodec } from "./utf8.ts";

/** ASCII, strict both ways as in Python: anything over 127 is refused, where browsers and Node change it silently. */
export function ascii(): TextCodec {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  return Object.freeze({
    name: "ascii",
    encode(value: string): Uint8Array {
      assertString(value, "ascii");
      const index = value.search(/[\u0080-\uFFFF]/);
      if (index < 0) return encoder.encode(value);
      const character = String.fromCodePoint(value.codePointAt(index) ?? 0);
      throw new CodecError(`${JSON.stringify(character)} at index ${index} is not ASCII`, {
        code: "ascii",
        offset: index,
      });
    },
    decode(bytes: Uint8Array): string {
      const offset = bytes.findIndex((byte) => byte > 127);
      if (offset < 0) return decoder.decode(bytes);
      const found = `0x${bytes[offset]?.toString(16)}`;
      throw new CodecError(`byte ${offset} (${found}) is not ASCII${looksLike(bytes)}`, { code: "ascii", offset });
    },
  });
}
