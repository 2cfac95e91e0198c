import type { Codec } from "@dataqueues/core";
import { JsonError } from "./json-error.ts";
import { parseJson } from "./parse-json.ts";
import { printJson } from "./print-json.ts";
import type { NonFinite } from "./print-json.ts";

/** How JSON is written and read. */
export interface JsonOptions {
  /** What becomes of NaN and the infinities on encode: refused by default, else `null` or Python's literals. */
  readonly nonFinite?: NonFinite | undefined;
  /** Whether Python's NaN, Infinity and -Infinity are read: yes by default. */
  readonly acceptNonFinite?: boolean | undefined;
  /** Python's separators and `\uXXXX` for all but ASCII: off by default. */
  readonly pythonStyle?: boolean | undefined;
  /** Whether integers past 2^53 are read as bigint: yes by default; otherwise they are refused. */
  readonly bigint?: boolean | undefined;
  /** How deep lists and objects may nest: 512 by default. */
  readonly maxDepth?: number | undefined;
}

/** A codec between JSON values and bytes that answers at once. */
export interface JsonCodec extends Codec {
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

/**
 * JSON with no silent loss: what JSON has no form for is refused by its path, integers keep all their digits, and the
 * literals that Python's json writes are read.
 *
 * @example
 * ```ts
 * json().encode({ state: "scanning", gain: NaN }); // JsonError: $.gain: JSON has no NaN
 * ```
 */
export function json(options: JsonOptions = {}): JsonCodec {
  const { nonFinite = "error", acceptNonFinite = true, pythonStyle = false, bigint = true, maxDepth = 512 } = options;
  const encoder = new TextEncoder();
  // A byte order mark at the start is dropped, as Python's json.loads does.
  const decoder = new TextDecoder("utf-8", { fatal: true });
  return Object.freeze({
    name: "json",
    encode: (value: unknown) => encoder.encode(printJson(value, { nonFinite, pythonStyle, maxDepth })),
    decode(bytes: Uint8Array): unknown {
      if (bytes[0] === 0 || bytes[1] === 0 || (bytes[0] ?? 0) >= 0xfe) {
        throw new JsonError("utf16", "this looks like UTF-16 or UTF-32; JSON is read as UTF-8 only", { offset: 0 });
      }
      return parseJson(toText(bytes, decoder), { acceptNonFinite, bigint, maxDepth });
    },
  });
}

function toText(bytes: Uint8Array, decoder: TextDecoder): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new JsonError("utf8", "not UTF-8, so not JSON");
  }
}
