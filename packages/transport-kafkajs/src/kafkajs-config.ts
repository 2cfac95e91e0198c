import type { KafkaConfig } from "kafkajs";

/**
 * kafkajs's own settings: `ssl`, `sasl`, `clientId`, `socketFactory`, `logLevel`, … `connectionTimeout` (10 000 ms) is the
 * time to reach, encrypt and authenticate in; `requestTimeout` (30 000 ms) the time after which a silent node is given up.
 * Nothing is logged unless `logLevel` or `logCreator` is given. Retries are core's, so `retry` is not here.
 */
export interface KafkajsConfig extends Omit<KafkaConfig, "brokers" | "retry" | "enforceRequestTimeout"> {
  /**
   * Whether the checksum of each record batch that is read is checked, Kafka's `check.crcs`: true by default. It finds what
   * disks and networks did to a batch, and takes about a third of the time of reading small records.
   */
  readonly checkCrcs?: boolean | undefined;
}
