import type { ErrorFactory } from "./error-factory.ts";

// One for all: making a decoder takes longer than decoding most texts.
const decoder: TextDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes UTF-8, strict as in Python; `what` names the text in the error, whose code is `utf8`. */
export function decodeUtf8(bytes: Uint8Array, what: () => string, fail: ErrorFactory, offset?: number): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw fail("utf8", `${what()} is not UTF-8`, { offset, cause });
  }
}
