import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { byTopic } from "@dataqueues/core";
import type { Codec, TopicPartition } from "@dataqueues/core";
import { json } from "dataqueues";

import type { MetricTopics } from "../topics.ts";

/** The value of a record that is decoded when it is wanted. */
export interface UndecodedValue {
  readonly bytes: number;
  /** @throws Error of the codec, for bytes that are not in its format */
  decode(): unknown;
}

/**
 * The codecs of the topics. Arrays are copied out of the message, because their memory moves to the page and would take the
 * whole answer of the gateway along.
 */
export function topicFormats(topics: MetricTopics): Codec<never, unknown> {
  const { receiver, processing } = topics;
  const text = json();
  return byTopic({ [receiver]: text, [processing]: text }, msgpackNumpy({ copy: "always" }));
}

/** The same codec, put off: what a slow page leaves out is never decoded, and records that come together are not held up. */
export function putOff(codec: Codec<never, unknown>): Codec<never, UndecodedValue> {
  return {
    name: codec.name,
    encode: (value, context) => codec.encode(value, context),
    decode: (bytes, context) => ({ bytes: bytes.length, decode: () => codec.decode(bytes, context) }),
  };
}

/** The partitions that a view needs: each of its windows of the metrics with channels, and the one partition of the others. */
export function partitionsOf(topics: MetricTopics, windows: readonly number[]): TopicPartition[] {
  const { spectrum, amplitude, phase, ...others } = topics;
  const windowed = windows.flatMap((window) => [spectrum, amplitude, phase].map((topic) => [topic, window] as const));
  return [...windowed, ...Object.values<string>(others).map((topic) => [topic, 0] as const)];
}
