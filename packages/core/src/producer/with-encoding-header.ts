import type { Codec, RecordContext } from "../contract/codec.ts";
import { chosenCodec } from "../shared/chosen-codec.ts";
import { invalidArgument } from "../shared/invalid-argument.ts";
import { encodeError } from "./encode-value.ts";

const encoder: TextEncoder = new TextEncoder();

/**
 * The context of a record that also has the header `header`, with the name of the codec that will be used. A record that
 * has this header already stays as it is.
 *
 * @throws EncodeError if no codec is for this record
 */
export function withEncodingHeader(
  context: RecordContext,
  header: string,
  encoding: Codec<never, unknown>,
): RecordContext {
  if (context.headers.some(([name]) => name === header)) return context;
  const name = nameOf(encoding, context);
  if (typeof name !== "string" || name === "" || !name.isWellFormed()) {
    throw invalidArgument("encoding.name", `text without lone surrogates for the header ${header}`, name);
  }
  return { ...context, headers: [...context.headers, [header, encoder.encode(name)]] };
}

function nameOf(encoding: Codec<never, unknown>, context: RecordContext): unknown {
  try {
    return chosenCodec(encoding, context).name;
  } catch (error) {
    throw encodeError(error, encoding, context);
  }
}
