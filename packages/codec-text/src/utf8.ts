import type { Codec } from "@dataqueues/core";
import { looksLike } from "./not-text.ts";
import { assertText, TextError } from "./text-error.ts";

/** A codec between text and bytes that answers at once. */
export interface TextCodec extends Codec<string> {
  encode(value: string): Uint8Array;
  decode(bytes: Uint8Array): string;
}

/**
 * UTF-8, strict both ways as Python's: a lone surrogate is not written as U+FFFD, bytes that are not UTF-8 are not read
 * as U+FFFD, and a byte order mark is a character like any other.
 */
export function utf8(): TextCodec {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return Object.freeze({
    name: "utf-8",
    encode(value: string): Uint8Array {
      assertText(value, "utf-8");
      if (value.isWellFormed()) return encoder.encode(value);
      const index = value.search(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/);
      throw new TextError("utf8", `half of a surrogate pair at index ${index} has no UTF-8 form`, index);
    },
    decode(bytes: Uint8Array): string {
      try {
        return decoder.decode(bytes);
      } catch (cause) {
        if (!(cause instanceof TypeError)) {
          throw new TextError("size", `${bytes.length} bytes are more than a text of JavaScript holds`);
        }
        const offset = validLength(bytes);
        const found = `0x${bytes[offset]?.toString(16)}`;
        throw new TextError("utf8", `not UTF-8 from byte ${offset} on (${found})${looksLike(bytes)}`, offset);
      }
    },
  });
}

/** How many bytes from the front are whole UTF-8 characters; a streaming decoder tells by refusing the next one. */
function validLength(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length];
  while (good < bad) {
    const middle = (good + bad + 1) >> 1;
    if (isUtf8Start(bytes.subarray(0, middle))) good = middle;
    else bad = middle - 1;
  }
  // Up to here nothing is wrong yet, but the last character may be unfinished.
  while (!isUtf8(bytes.subarray(0, good))) good -= 1;
  return good;
}

function isUtf8Start(bytes: Uint8Array): boolean {
  return decodes(bytes, true);
}

function isUtf8(bytes: Uint8Array): boolean {
  return decodes(bytes, false);
}

function decodes(bytes: Uint8Array, stream: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
}
