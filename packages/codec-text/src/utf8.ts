import { CodecError } from "@dataqueues/core";
import type { Codec } from "@dataqueues/core";
import { assertString, looksLike } from "./not-text.ts";

/** A codec between text and bytes that works synchronously. */
export interface TextCodec extends Codec<string> {
  encode(value: string): Uint8Array;
  decode(bytes: Uint8Array): string;
}

/**
 * UTF-8, strict both ways as in Python: a lone surrogate is not written as U+FFFD, bytes that are not UTF-8 are not
 * read as U+FFFD, and a byte order mark is a character like any other.
 */
export function utf8(): TextCodec {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return Object.freeze({
    name: "utf-8",
    encode(value: string): Uint8Array {
      assertString(value, "utf-8");
      if (value.isWellFormed()) return encoder.encode(value);
      const index = value.search(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/);
      throw new CodecError(`half of a surrogate pair at index ${index} has no UTF-8 form`, {
        code: "utf8",
        offset: index,
      });
    },
    decode(bytes: Uint8Array): string {
      try {
        return decoder.decode(bytes);
      } catch (cause) {
        if (!(cause instanceof TypeError)) {
          throw new CodecError(`${bytes.length} bytes are more than a JavaScript string holds`, { code: "size" });
        }
        const offset = validLength(bytes);
        const found = `0x${bytes[offset]?.toString(16)}`;
        throw new CodecError(`not UTF-8 from byte ${offset} on (${found})${looksLike(bytes)}`, {
          code: "utf8",
          offset,
        });
      }
    },
  });
}

/** How many of the first bytes are whole UTF-8 characters; found by bisection, with a decoder that refuses the rest. */
function validLength(bytes: Uint8Array): number {
  let [valid, end] = [0, bytes.length];
  while (valid < end) {
    const middle = (valid + end + 1) >> 1;
    if (decodes(bytes.subarray(0, middle), { stream: true })) valid = middle;
    else end = middle - 1;
  }
  // A streaming decoder accepts an unfinished last character.
  while (!decodes(bytes.subarray(0, valid), { stream: false })) valid -= 1;
  return valid;
}

function decodes(bytes: Uint8Array, options: { readonly stream: boolean }): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, options);
    return true;
  } catch {
    return false;
  }
}
