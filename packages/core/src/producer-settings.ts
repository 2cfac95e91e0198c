import { checkNumber, sizeLimit, timeLimit } from "./check-number.ts";
import { checkBoolean, checkChoice, checkCommonOptions } from "./check-options.ts";
import { checkTopic } from "./check-topics.ts";
import { invalidArgument } from "./invalid-argument.ts";
import type { ProducerOptions } from "./producer-options.ts";
import type { Acks, Compression } from "./transport.ts";

const compressions: readonly Compression[] = ["none", "gzip", "snappy", "lz4", "zstd"];
const allAcks: readonly Acks[] = [-1, 0, 1];

/** A producer's options that are not those of each send, checked and complete. */
export interface ProducerSettings {
  readonly acks: Acks;
  readonly compression: Compression;
  /** Undefined where it is up to the log. */
  readonly idempotent: boolean | undefined;
  readonly allowAutoTopicCreation: boolean;
  readonly lingerMs: number;
  readonly maxMessageBytes: number;
  readonly maxBatchBytes: number;
  readonly maxBatchRecords: number;
  readonly maxBufferedBytes: number;
  readonly deliveryTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly topicTimeoutMs: number;
  readonly retryBackoffMs: number;
  readonly metadataMaxAgeMs: number;
}

/** Throws a `DataQueueError` `INVALID_ARGUMENT` that names the option which makes no sense. */
export function producerSettings(options: ProducerOptions<never>): ProducerSettings {
  checkCommonOptions(options);
  const { topic, acks = -1, compression = "none", idempotent, allowAutoTopicCreation = true } = options;
  if (topic !== undefined) checkTopic("topic", topic);
  checkChoice("acks", acks, allAcks);
  checkChoice("compression", compression, compressions);
  checkBoolean("idempotent", idempotent);
  checkBoolean("allowAutoTopicCreation", allowAutoTopicCreation);
  if (idempotent === true && acks !== -1) {
    throw invalidArgument("acks", "-1 with idempotent: true", acks);
  }
  return {
    acks,
    compression,
    idempotent: acks === -1 ? idempotent : false,
    allowAutoTopicCreation,
    lingerMs: checkNumber("lingerMs", options.lingerMs ?? 0),
    maxMessageBytes: checkNumber("maxMessageBytes", options.maxMessageBytes ?? 10_000_000, sizeLimit),
    maxBatchBytes: checkNumber("maxBatchBytes", options.maxBatchBytes ?? 1_000_000, sizeLimit),
    maxBatchRecords: checkNumber("maxBatchRecords", options.maxBatchRecords ?? 1_000, sizeLimit),
    maxBufferedBytes: checkNumber("maxBufferedBytes", options.maxBufferedBytes ?? 64 * 2 ** 20, sizeLimit),
    deliveryTimeoutMs: checkNumber("deliveryTimeoutMs", options.deliveryTimeoutMs ?? 120_000, timeLimit),
    requestTimeoutMs: checkNumber("requestTimeoutMs", options.requestTimeoutMs ?? 30_000, timeLimit),
    connectTimeoutMs: checkNumber("connectTimeoutMs", options.connectTimeoutMs ?? 15_000, timeLimit),
    topicTimeoutMs: checkNumber("topicTimeoutMs", options.topicTimeoutMs ?? 5_000, { infinity: true }),
    retryBackoffMs: checkNumber("retryBackoffMs", options.retryBackoffMs ?? 100),
    metadataMaxAgeMs: checkNumber("metadataMaxAgeMs", options.metadataMaxAgeMs ?? 30_000, timeLimit),
  };
}
