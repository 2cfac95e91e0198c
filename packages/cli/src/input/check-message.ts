import { schemaError } from "@dataqueues/core";
import type { Codec, RecordContext, Schema } from "@dataqueues/core";

import { findCodec } from "../formats/find-codec.ts";
import { errorMessage } from "../print/error-message.ts";
import type { FileForm } from "./file-form.ts";
import { placeOf } from "./read-messages.ts";
import type { InputMessage } from "./read-messages.ts";

/** A message that can be sent. */
export interface CheckedMessage {
  /** What goes on the wire; null for a tombstone. */
  readonly bytes: Uint8Array | null;
  /** For the producer: leaves the bytes as they are, and has the encoding's name. Null for bytes that no codec has seen. */
  readonly encoding: Codec<Uint8Array, unknown> | null;
}

/** Turns the bytes of a source's messages into what is sent. */
export type CheckMessage = (message: InputMessage) => Promise<CheckedMessage>;

/** What messages are checked with. */
export interface CheckOptions {
  readonly form: FileForm;
  /** The encoding on the wire, if it is not that of the source. */
  readonly codec: Codec | undefined;
  readonly schema: Schema | undefined;
  readonly context: RecordContext;
}

/** Codecs of the same bytes: one of them checks what another one wrote. */
const sameWire: readonly ReadonlySet<string>[] = [
  new Set(["utf-8", "ascii"]),
  new Set(["msgpack_numpy", "xarray_dict"]),
];

/**
 * The check for all messages of a source. Bytes that have the form of the wire already go as they are, after the codec has
 * read them; others are encoded anew. The check rejects with an Error that names the message's place.
 */
export async function messageCheck({ form, codec, schema, context }: CheckOptions): Promise<CheckMessage> {
  const { codec: own } = form;
  if (own === undefined) return async ({ bytes }) => ({ bytes, encoding: null });
  const wire = codec ?? own;
  const isSame = wire.name === own.name || sameWire.some((names) => names.has(wire.name) && names.has(own.name));
  const isDict = own.name === "msgpack_numpy" && wire.name === "xarray";
  const reader = isSame ? wire : isDict ? await findCodec("xarray_dict") : own;
  const encoding: Codec<Uint8Array, unknown> = {
    name: wire.name,
    encode: (bytes) => bytes,
    decode: (bytes, where) => wire.decode(bytes, where),
  };
  return async (message) => {
    try {
      const value: unknown = await reader.decode(message.bytes, context);
      if (schema !== undefined) await checkSchema(value, schema);
      return { bytes: isSame ? message.bytes : await encode(value, wire, context), encoding };
    } catch (cause) {
      throw new Error(`${placeOf(message)}: ${errorMessage(cause)}`, { cause });
    }
  };
}

async function encode(value: unknown, codec: Codec, context: RecordContext): Promise<Uint8Array> {
  try {
    return await codec.encode(value, context);
  } catch (cause) {
    throw new Error(`it cannot be encoded as ${codec.name}: ${errorMessage(cause)}`, { cause });
  }
}

async function checkSchema(value: unknown, schema: Schema): Promise<void> {
  const { issues } = await schema["~standard"].validate(value);
  if (issues !== undefined && issues.length > 0) throw schemaError("it does not match the schema", issues);
}
