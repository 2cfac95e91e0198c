/**
 * Apache Kafka for data queues.
 *
 * @module
 */
export { kafkajs } from "./kafkajs.ts";
export type { KafkajsConfig } from "./kafkajs-config.ts";
