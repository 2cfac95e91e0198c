import type { TopicCodec } from "../contract/by-topic.ts";
import type { Codec, RecordContext } from "../contract/codec.ts";
import { codecSelector } from "./codec-selector.ts";
import { listOf, noCodec } from "./no-codec.ts";

/** A codec for each topic; other topics have `otherwise`, if there is one. */
export function topicCodec(
  codecs: Readonly<Record<string, Codec<never, unknown>>>,
  otherwise: Codec<never, unknown> | undefined,
): TopicCodec<never, unknown, unknown> {
  const codecFor = ({ topic }: RecordContext): Codec<never, unknown> => {
    // A topic may have any name, such as "toString".
    const codec = Object.hasOwn(codecs, topic) ? codecs[topic] : otherwise;
    if (codec !== undefined) return codec;
    throw noCodec(`there is no codec for topic ${topic}, only for ${listOf(Object.keys(codecs))}`);
  };
  return Object.freeze({ ...codecSelector("byTopic", codecFor), codecs, otherwise });
}
