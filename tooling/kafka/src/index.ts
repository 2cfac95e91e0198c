/**
 * A real Apache Kafka for tests and for trying things out.
 *
 * @module
 */
export { missingRequirements } from "./missing-requirements.ts";
export type { KafkaVersion } from "./classpath.ts";
export type { KafkaNode } from "./kafka-node.ts";
export { startKafka } from "./start-kafka.ts";
export type { Kafka, StartOptions } from "./start-kafka.ts";
