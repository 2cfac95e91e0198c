import type { Transport } from "@dataqueues/core";
import { kafkajs } from "@dataqueues/transport-kafkajs";

/** Kafka's address (`"localhost:9092"`, `"kafka://host:9092"`, or a list of them), or any transport. */
export type KafkaHost = string | readonly string[] | Transport;

/** A host stands for Apache Kafka by way of kafkajs. */
export function toTransport(host: KafkaHost): Transport {
  return typeof host === "object" && "open" in host ? host : kafkajs(host);
}
