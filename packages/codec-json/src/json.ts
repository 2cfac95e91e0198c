import { CodecError } from "@dataqueues/core";
import type { Codec } from "@dataqueues/core";
import { parseJson, printJsonInParts } from "@dataqueues/python-json";
import type { ErrorFactory, ParseOptions, PrintOptions } from "@dataqueues/python-json";
import { confluentSchemaId, foreignBytes, isUtf16OrUtf32 } from "./foreign-bytes.ts";
import { checkJsonOptions } from "./json-options.ts";
import type { JsonOptions } from "./json-options.ts";

/** A codec between JSON values and bytes that works synchronously. */
export interface JsonCodec extends Codec {
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

/**
 * JSON with no silent loss: a value that JSON has no form for is refused with its path, integers keep all their digits,
 * and the `NaN` and `Infinity` that Python writes are read.
 *
 * A number is read back as a number and a bigint beyond ±(2^53 − 1) as a bigint: whole numbers from 2^53 on are written
 * as Python writes its floats (`1e+16`), and integers of that size without point and exponent are bigints. Whole
 * numbers below have one form only (`3`, for 3, 3.0 and 3n) and are numbers.
 *
 * `encode` and `decode` throw a CodecError with the `path` in the value or the `offset` in the bytes.
 *
 * @throws CodecError `INVALID_ARGUMENT` that names an option that makes no sense
 *
 * @example
 * ```ts
 * json().encode({ state: "scanning", gain: NaN }); // CodecError: $.gain: JSON has no NaN
 * ```
 */
export function json(options: JsonOptions = {}): JsonCodec {
  const settings = checkJsonOptions(options);
  const { pythonStyle } = settings;
  const printOptions: PrintOptions = {
    ...settings,
    separators: pythonStyle ? [", ", ": "] : [",", ":"],
    ensureAscii: pythonStyle,
    pythonExponents: pythonStyle,
    root: "$",
    error: codecError,
  };
  const parseOptions: ParseOptions = { ...settings, error: codecError };
  const encoder = new TextEncoder();
  // The byte order mark stays in the text, so that offsets in the text are offsets in the bytes.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return Object.freeze({
    name: "json",
    encode(value: unknown): Uint8Array {
      const chunks: Uint8Array[] = [];
      printJsonInParts(value, printOptions, (part) => chunks.push(encoder.encode(part)));
      return concatenate(chunks);
    },
    decode(bytes: Uint8Array): unknown {
      refuseOtherFormats(bytes);
      return parseJson(toText(bytes, decoder), parseOptions);
    },
  });
}

const codecError: ErrorFactory = (code, message, place) => new CodecError(message, { code, ...place });

function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Refuses bytes whose beginning shows that they are in another format, and names it. */
function refuseOtherFormats(bytes: Uint8Array): void {
  if (isUtf16OrUtf32(bytes)) {
    throw codecError("utf16", "this looks like UTF-16 or UTF-32; JSON is read as UTF-8 only", { offset: 0 });
  }
  const schemaId = confluentSchemaId(bytes);
  const what =
    schemaId === undefined
      ? foreignBytes(bytes)
      : `this looks like the framing of Confluent's Schema Registry (a zero byte and schema id ${schemaId} before the body); for JSON, decode bytes.subarray(5); Avro and Protobuf need the registry's own deserializer`;
  if (what !== undefined) throw codecError("format", what, { offset: 0 });
}

function toText(bytes: Uint8Array, decoder: TextDecoder): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) throw codecError("utf8", "not UTF-8, so not JSON", { cause });
    throw codecError("size", `${bytes.length} bytes are more than a JavaScript string holds`, { cause });
  }
}
