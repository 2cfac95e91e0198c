import type { KafkaConfig } from "kafkajs";

/**
 * kafkajs's own settings: `ssl`, `sasl`, `clientId`, `socketFactory`, `logLevel`, … `connectionTimeout` (10 000 ms, or the
 * client's `connectTimeoutMs` where that is less) is the time to reach, encrypt and authenticate in; `requestTimeout`
 * (30 000 ms) the time after which a silent node is given up.
 * Nothing is logged unless `logLevel` or `logCreator` is given. Retries are core's, so `retry` is not here.
 */
export interface KafkajsConfig extends Omit<KafkaConfig, "brokers" | "retry" | "enforceRequestTimeout"> {
  /**
   * Whether the checksum of each record batch that is read is checked, Kafka's `check.crcs`: true by default. It finds what
   * disks and networks did to a batch, and takes about a third of the time of reading small records.
   */
  readonly checkCrcs?: boolean | undefined;
  /**
   * Bytes that an answer of Kafka, and a record batch once it is decompressed, may have: 268 435 456 (256 MiB) by default.
   * More is taken for an attack, or for a host that is no Kafka, and refused before there is memory for it.
   */
  readonly maxResponseBytes?: number | undefined;
}

/** The limit of answers and batches, as set or by default. */
export function maxResponseBytes({ maxResponseBytes: set = 2 ** 28 }: KafkajsConfig): number {
  return set;
}
