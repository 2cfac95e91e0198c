import type { Transport } from "@dataqueues/core";
import { kafkajs } from "@dataqueues/transport-kafkajs";

import { kafkaAddress } from "./kafka-address.ts";

/** Kafka's address (`"localhost:9092"`, `"kafka://host:9092"`, or a list of them), or any transport. */
export type KafkaHost = string | readonly string[] | Transport;

/** A host stands for Apache Kafka by way of kafkajs; the topic that its address names goes with it. */
export function toTransport(host: KafkaHost): { readonly transport: Transport; readonly topic?: string | undefined } {
  if (typeof host === "object" && host !== null && "open" in host) return { transport: host };
  const { hosts, topic } = kafkaAddress(host);
  return { transport: kafkajs(hosts), topic };
}
