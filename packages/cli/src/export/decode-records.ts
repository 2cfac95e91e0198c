import { schemaError } from "@dataqueues/core";
import type { Codec, Message, Schema } from "@dataqueues/core";

import { guessCodec } from "../formats/guess-codec.ts";
import { namedCodec } from "../formats/named-codecs.ts";
import type { ExportedRecord } from "./exporter.ts";

/** How values are read. */
export interface DecodeOptions {
  /** Without one, the record's header `encoding` says what its bytes are, and else the bytes themselves. */
  readonly codec?: Codec | undefined;
  readonly schema?: Schema | undefined;
}

/** Finds the value of a record. What cannot be read, or is not what the schema asks for, has an error instead. */
export async function decodeRecord(
  message: Message<Uint8Array | null>,
  { codec: given, schema }: DecodeOptions,
): Promise<ExportedRecord> {
  const { value: bytes } = message;
  if (bytes === null) return { message, value: null, codec: undefined, error: undefined };
  const codec = given ?? codecOfHeader(message) ?? guessCodec(bytes);
  if (codec === undefined) return { message, value: undefined, codec: undefined, error: undefined };
  try {
    const value = await codec.decode(bytes, message);
    const result = await schema?.["~standard"].validate(value);
    if (result?.issues !== undefined && result.issues.length > 0)
      throw schemaError("the value does not match its schema", result.issues);
    return { message, value, codec: codec.name, error: undefined };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { message, value: undefined, codec: codec.name, error: reason };
  }
}

/** Only codecs by name: a record must not choose which module is loaded. */
function codecOfHeader({ headers }: Message<Uint8Array | null>): Codec | undefined {
  const name = headers.findLast(([title]) => title === "encoding")?.[1];
  return name === undefined || name === null ? undefined : namedCodec(new TextDecoder().decode(name));
}
