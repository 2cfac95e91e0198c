import { looksLike } from "./not-text.ts";
import { assertText, TextError } from "./text-error.ts";
import type { TextCodec } from "./utf8.ts";

/** ASCII, strict both ways as Python's: anything over 127 is refused, where browsers and Node change it silently. */
export function ascii(): TextCodec {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  return Object.freeze({
    name: "ascii",
    encode(value: string): Uint8Array {
      assertText(value, "ascii");
      const index = value.search(/[\u0080-\uFFFF]/);
      if (index < 0) return encoder.encode(value);
      const character = String.fromCodePoint(value.codePointAt(index) ?? 0);
      throw new TextError("ascii", `${JSON.stringify(character)} at index ${index} is not ASCII`, index);
    },
    decode(bytes: Uint8Array): string {
      const offset = bytes.findIndex((byte) => byte > 127);
      if (offset < 0) return decoder.decode(bytes);
      const found = `0x${bytes[offset]?.toString(16)}`;
      throw new TextError("ascii", `byte ${offset} (${found}) is not ASCII${looksLike(bytes)}`, offset);
    },
  });
}
