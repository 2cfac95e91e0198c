import { checkNumbers, pauseLimit, sizeLimit, timeLimit } from "../shared/check-number.ts";
import type { NumberOption } from "../shared/check-number.ts";
import { checkBoolean, checkChoice, checkCommonOptions } from "../shared/check-options.ts";
import { checkTopic } from "../shared/check-topics.ts";
import { checkEncodingHeader } from "../shared/encoding-header.ts";
import { invalidArgument } from "../shared/invalid-argument.ts";
import type { ProducerOptions } from "./producer-options.ts";
import type { Acks, Compression } from "../contract/transport.ts";

const compressions: readonly Compression[] = ["none", "gzip", "snappy", "lz4", "zstd"];
const allAcks: readonly Acks[] = [-1, 0, 1];

type ProducerNumber =
  | "lingerMs"
  | "maxMessageBytes"
  | "maxBatchBytes"
  | "maxBatchRecords"
  | "maxBufferedBytes"
  | "deliveryTimeoutMs"
  | "requestTimeoutMs"
  | "connectTimeoutMs"
  | "topicTimeoutMs"
  | "retryBackoffMs"
  | "metadataMaxAgeMs"
  | "reconnectBackoffMs"
  | "reconnectBackoffMaxMs";

const numbers: Readonly<Record<ProducerNumber, NumberOption>> = {
  lingerMs: [0, pauseLimit],
  maxMessageBytes: [10_000_000, sizeLimit],
  maxBatchBytes: [1_000_000, sizeLimit],
  maxBatchRecords: [1_000, sizeLimit],
  maxBufferedBytes: [64 * 2 ** 20, sizeLimit],
  deliveryTimeoutMs: [120_000, timeLimit],
  requestTimeoutMs: [30_000, timeLimit],
  connectTimeoutMs: [15_000, timeLimit],
  topicTimeoutMs: [5_000, { infinity: true }],
  retryBackoffMs: [100, pauseLimit],
  metadataMaxAgeMs: [30_000, timeLimit],
  reconnectBackoffMs: [50, pauseLimit],
  reconnectBackoffMaxMs: [1_000, pauseLimit],
};

/** A producer's own options, checked and with defaults. */
export type ProducerSettings = Readonly<Record<ProducerNumber, number>> & {
  readonly acks: Acks;
  readonly compression: Compression;
  /** Undefined: idempotent if the log can. */
  readonly idempotent: boolean | undefined;
  readonly allowAutoTopicCreation: boolean;
};

/** Throws a `DataQueueError` `INVALID_ARGUMENT` that names the first option that makes no sense. */
export function producerSettings(options: ProducerOptions<never>): ProducerSettings {
  checkCommonOptions(options);
  checkEncodingHeader(options.encodingHeader);
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
    ...checkNumbers(options, numbers),
    acks,
    compression,
    idempotent: acks === -1 ? idempotent : false,
    allowAutoTopicCreation,
  };
}
