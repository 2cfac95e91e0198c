import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { byTopic } from "@dataqueues/core";
import type { Codec, RecordContext, TopicPartition } from "@dataqueues/core";
import { json } from "dataqueues";

import type { MetricTopics } from "../topics.ts";

/**
 * The codecs of the topics. Arrays are copied out of the message, because their memory moves to the page and would take the
 * whole answer of the gateway along.
 *
 * @param onBytes - told of each record how long its value is
 */
export function topicFormats(
  topics: MetricTopics,
  onBytes: (context: RecordContext | undefined, bytes: number) => void,
): Codec<never, unknown> {
  const counted = (codec: Codec): Codec => ({
    ...codec,
    decode(bytes, context) {
      onBytes(context, bytes.length);
      return codec.decode(bytes, context);
    },
  });
  const arrays = counted(msgpackNumpy({ copy: "always" }));
  const text = counted(json());
  const { receiver, processing } = topics;
  return byTopic({ [receiver]: text, [processing]: text }, arrays);
}

/** The partitions that a view needs: each of its windows of the metrics with channels, and the one partition of the others. */
export function partitionsOf(topics: MetricTopics, windows: readonly number[]): TopicPartition[] {
  const { spectrum, amplitude, phase, ...others } = topics;
  const windowed = windows.flatMap((window) => [spectrum, amplitude, phase].map((topic) => [topic, window] as const));
  return [...windowed, ...Object.values<string>(others).map((topic) => [topic, 0] as const)];
}
