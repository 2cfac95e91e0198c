import { DataQueueProducer as Producer } from "@dataqueues/core";
import type { ProducerOptions } from "@dataqueues/core";

import { toTransport } from "./kafka-host.ts";
import type { KafkaHost } from "./kafka-host.ts";

/**
 * The producer of `@dataqueues/core`, which here also takes Kafka's address. A topic in it, as in
 * `"kafka://host:9092/topic"`, is what is sent to unless the options or `send` name another.
 *
 * @example
 * ```ts
 * const producer = new DataQueueProducer("localhost:9092", { topic: "test-topic", encoding: Encoding.ASCII });
 * await producer.send("Testing Testing");
 * await producer.close();
 * ```
 */
export class DataQueueProducer<Value = Uint8Array | null> extends Producer<Value> {
  constructor(host: KafkaHost, options?: ProducerOptions<Value>) {
    const { transport, topic } = toTransport(host);
    super(transport, topic === undefined ? options : { ...options, topic: options?.topic ?? topic });
  }
}
