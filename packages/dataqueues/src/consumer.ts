import { DataQueueConsumer as Consumer } from "@dataqueues/core";
import type {
  AllCheckedByTopicOptions,
  CheckedByTopicOptions,
  CheckedConsumerOptions,
  Codec,
  ConsumerOptions,
  EncodedByTopicOptions,
  TopicCodec,
} from "@dataqueues/core";

import { toTransport } from "./kafka-host.ts";
import type { KafkaHost } from "./kafka-host.ts";

/**
 * The consumer of `@dataqueues/core`, which here also takes Kafka's address. A topic in it, as in
 * `"kafka://host:9092/topic"`, is what is read unless the options name others.
 *
 * @example
 * ```ts
 * const consumer = new DataQueueConsumer("localhost:9092", { topics: ["test-topic"], encoding: Encoding.UTF8 });
 * for await (const { topic, value } of consumer) console.log(topic, value);
 * ```
 */
export class DataQueueConsumer<
  Value = Uint8Array,
  Decoded = unknown,
  Checked = unknown,
  Topic extends string = string,
> extends Consumer<Value, Decoded, Checked, Topic> {
  constructor(host: KafkaHost, options: CheckedConsumerOptions<Value>);
  constructor(host: KafkaHost, options: AllCheckedByTopicOptions<Value, Checked, Topic>);
  constructor(host: KafkaHost, options: CheckedByTopicOptions<TopicCodec<never, Decoded, Value>, Checked, Topic>);
  constructor(host: KafkaHost, options: CheckedByTopicOptions<Codec<never, Value>, Checked, Topic>);
  constructor(host: KafkaHost, options: EncodedByTopicOptions<Value, Decoded, Topic>);
  constructor(host: KafkaHost, options?: ConsumerOptions<Value>);
  constructor(host: KafkaHost, options?: ConsumerOptions<Value>) {
    const { transport, topic } = toTransport(host);
    super(transport, topic === undefined ? options : { ...options, topics: options?.topics ?? topic });
  }
}
