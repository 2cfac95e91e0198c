import { checkNumber, invalidArgument } from "@dataqueues/core";
import type { KafkaConfig } from "kafkajs";

/**
 * The settings of kafkajs: `ssl`, `sasl`, `clientId`, `socketFactory`, `logLevel` and others. `connectionTimeout`
 * (10 000 ms, or the client's `connectTimeoutMs` if that is less) is the time to connect, encrypt and log in;
 * `requestTimeout` (30 000 ms) is the time after which a broker that does not respond is given up.
 * Nothing is logged unless `logLevel` or `logCreator` is given. There is no `retry`: core retries.
 */
export interface KafkajsConfig extends Omit<KafkaConfig, "brokers" | "retry" | "enforceRequestTimeout"> {
  /**
   * Whether to check the checksum of each record batch that is read, as Kafka's `check.crcs` does: true by default. The
   * check finds damage by disks and networks, and takes a few hundredths of the time of reading.
   */
  readonly checkCrcs?: boolean | undefined;
  /**
   * The most bytes of a response, and of a record batch once it is decompressed: 268 435 456 (256 MiB) by default. More is
   * taken for an attack, or for a host that is no Kafka, and refused before there is memory for it.
   */
  readonly maxResponseBytes?: number | undefined;
}

/** The default of `connectionTimeout`. */
export const defaultConnectionTimeoutMs = 10_000;

/** The limit of responses and batches, as set or by default. */
export function maxResponseBytes({ maxResponseBytes: set = 2 ** 28 }: KafkajsConfig): number {
  return set;
}

/** Refuses settings that make no sense, by their name: a `DataQueueError` with code `INVALID_ARGUMENT`. */
export function checkConfig(config: KafkajsConfig): void {
  if (typeof config !== "object" || config === null) throw invalidArgument("config", "an object", config);
  for (const name of ["connectionTimeout", "requestTimeout", "authenticationTimeout", "maxResponseBytes"] as const) {
    if (config[name] !== undefined) checkNumber(name, config[name], { least: 1 });
  }
  const { checkCrcs, clientId, reauthenticationThreshold } = config;
  if (checkCrcs !== undefined && typeof checkCrcs !== "boolean") {
    throw invalidArgument("checkCrcs", "true or false", checkCrcs);
  }
  if (clientId !== undefined && typeof clientId !== "string") throw invalidArgument("clientId", "a text", clientId);
  if (reauthenticationThreshold !== undefined) checkNumber("reauthenticationThreshold", reauthenticationThreshold);
}
