import type { Codec, CodecSelector, RecordContext } from "../contract/codec.ts";

/** The codec that encodes or decodes a record: the codec itself, or what a selector chooses. Throws what the selector throws. */
export function chosenCodec(codec: Codec<never, unknown>, context: RecordContext): Codec<never, unknown> {
  return isSelector(codec) ? chosenCodec(codec.codecFor(context), context) : codec;
}

/** The name of the codec that encodes or decodes a record; the selector's own if there is none. */
export function codecName(codec: Codec<never, unknown>, context: RecordContext): string {
  try {
    return chosenCodec(codec, context).name;
  } catch {
    return codec.name;
  }
}

function isSelector(codec: Codec<never, unknown>): codec is CodecSelector<never, unknown> {
  return "codecFor" in codec && typeof codec.codecFor === "function";
}
