import { DataQueueAdmin as Admin } from "@dataqueues/admin";
import type { AdminOptions } from "@dataqueues/admin";

import { toTransport } from "./to-transport.ts";
import type { KafkaHost } from "./to-transport.ts";

/**
 * The admin of `@dataqueues/admin`, which here also takes Kafka's address.
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
    super(toTransport(host), options);
  }
}
