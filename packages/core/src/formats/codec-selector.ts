import type { Codec, CodecSelector, RecordContext } from "../contract/codec.ts";
import { CodecError } from "../contract/errors.ts";

/** A codec that leaves each record to the codec that `codecFor` gives. */
export function codecSelector(
  name: string,
  codecFor: (context: RecordContext) => Codec<never, unknown>,
): CodecSelector<never, unknown> {
  const chosen = (context: RecordContext | undefined): Codec<never, unknown> => {
    if (context !== undefined) return codecFor(context);
    const message = `${name} chooses by the record: give its topic, key and headers as the second argument`;
    throw new CodecError(message, { code: "NO_CONTEXT" });
  };
  return {
    name,
    codecFor,
    encode: (value, context) => chosen(context).encode(value, context),
    decode: (bytes, context) => chosen(context).decode(bytes, context),
  };
}
