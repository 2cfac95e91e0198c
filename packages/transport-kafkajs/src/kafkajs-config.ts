import type { KafkaConfig } from "kafkajs";

/**
 * kafkajs's own settings: `ssl`, `sasl`, `clientId`, `socketFactory`, `logLevel`, … `connectionTimeout` (10 000 ms) is the
 * time to reach, encrypt and authenticate in; `requestTimeout` (30 000 ms) the time after which a silent node is given up.
 * Nothing is logged unless `logLevel` or `logCreator` is given. Retries are core's, so `retry` is not here.
 */
export type KafkajsConfig = Omit<KafkaConfig, "brokers" | "retry" | "enforceRequestTimeout">;
