import { DataQueueAdmin as Admin } from "@dataqueues/admin";
import type { AdminOptions } from "@dataqueues/admin";
import { UnsupportedError } from "@dataqueues/core";

import { toTransport } from "./kafka-host.ts";
import type { KafkaHost } from "./kafka-host.ts";

/**
 * The admin of `@dataqueues/admin`, which here also takes Kafka's address, of hosts without a topic.
 *
 * @example
 * ```ts
 * const admin = new DataQueueAdmin("localhost:9092");
 * await admin.createTopics(["topic-1", ["topic-2", 5]]);
 * await admin.close();
 * ```
 */
export class DataQueueAdmin extends Admin {
  constructor(host: KafkaHost, options?: AdminOptions) {
    const { transport, topic } = toTransport(host);
    if (topic !== undefined) {
      throw new UnsupportedError(`an admin takes Kafka's hosts, without a topic: leave /${topic} out of the address`);
    }
    super(transport, options);
  }
}
