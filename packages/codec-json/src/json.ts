import type { Codec } from "@dataqueues/core";
import { confluentSchemaId, foreignBytes, isUtf16OrUtf32 } from "./foreign-bytes.ts";
import { JsonError } from "./json-error.ts";
import { checkJsonOptions } from "./json-options.ts";
import type { JsonOptions } from "./json-options.ts";
import { parseJson } from "./parse-json.ts";
import { printJson } from "./print-json.ts";

/** A codec between JSON values and bytes that answers at once. */
export interface JsonCodec extends Codec {
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

/**
 * JSON with no silent loss: what JSON has no form for is refused by its path, integers keep all their digits, and the
 * literals that Python's json writes are read.
 *
 * A number is read back as a number and a bigint beyond ±(2^53 − 1) as a bigint: whole numbers from 2^53 on are written
 * as Python writes its floats (`1e+16`), integers of that size without point and exponent are bigints. Whole numbers
 * below have one form only (`3`, for 3, 3.0 and 3n) and are numbers.
 *
 * @throws JsonError `INVALID_ARGUMENT` for an option that makes no sense, by its name.
 *
 * @example
 * ```ts
 * json().encode({ state: "scanning", gain: NaN }); // JsonError: $.gain: JSON has no NaN
 * ```
 */
export function json(options: JsonOptions = {}): JsonCodec {
  const settings = checkJsonOptions(options);
  // A byte order mark stays for now, so that places in the text are those in the bytes.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return Object.freeze({
    name: "json",
    encode: (value: unknown) => printJson(value, settings),
    decode(bytes: Uint8Array): unknown {
      refuseOthers(bytes);
      return parseJson(toText(bytes, decoder), settings);
    },
  });
}

/** Refuses bytes whose beginning shows that they are something else, and says what. */
function refuseOthers(bytes: Uint8Array): void {
  if (isUtf16OrUtf32(bytes)) {
    throw new JsonError("utf16", "this looks like UTF-16 or UTF-32; JSON is read as UTF-8 only", { offset: 0 });
  }
  const schemaId = confluentSchemaId(bytes);
  const what =
    schemaId === undefined
      ? foreignBytes(bytes)
      : `this looks like the framing of Confluent's Schema Registry (a zero byte and schema id ${schemaId} before the body); for JSON, decode bytes.subarray(5); Avro and Protobuf need the registry's own deserializer`;
  if (what !== undefined) throw new JsonError("format", what, { offset: 0 });
}

function toText(bytes: Uint8Array, decoder: TextDecoder): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) throw new JsonError("utf8", "not UTF-8, so not JSON", { cause });
    throw new JsonError("size", `${bytes.length} bytes are more than a text of JavaScript holds`, { cause });
  }
}
