import { checkNumbers, pauseLimit, sizeLimit, timeLimit } from "../shared/check-number.ts";
import type { NumberOption } from "../shared/check-number.ts";
import { checkCommonOptions } from "../shared/check-options.ts";
import { topicNames } from "../shared/check-topics.ts";
import type { ConsumerOptions } from "./consumer-options.ts";
import { invalidArgument } from "../shared/invalid-argument.ts";
import { checkFrom } from "./offset-spec.ts";
import type { OffsetSpec } from "./offset-spec.ts";

type ConsumerNumber =
  | "maxBufferedBytes"
  | "maxBytesPerPartition"
  | "maxWaitMs"
  | "minBytes"
  | "requestTimeoutMs"
  | "connectTimeoutMs"
  | "metadataMaxAgeMs"
  | "reconnectBackoffMs"
  | "reconnectBackoffMaxMs";

const numbers: Readonly<Record<ConsumerNumber, NumberOption>> = {
  maxBufferedBytes: [64 * 2 ** 20, sizeLimit],
  maxBytesPerPartition: [2 ** 20, sizeLimit],
  maxWaitMs: [500, pauseLimit],
  minBytes: [1, {}],
  requestTimeoutMs: [30_000, timeLimit],
  connectTimeoutMs: [15_000, timeLimit],
  metadataMaxAgeMs: [10_000, timeLimit],
  reconnectBackoffMs: [50, pauseLimit],
  reconnectBackoffMaxMs: [1_000, pauseLimit],
};

/** A consumer's options, checked and with defaults. */
export type ConsumerSettings = Readonly<Record<ConsumerNumber, number>> & {
  readonly topics: readonly string[];
  readonly from: OffsetSpec;
};

/** Throws a `DataQueueError` `INVALID_ARGUMENT` that names the first option that makes no sense. */
export function consumerSettings<Value>(options: ConsumerOptions<Value>): ConsumerSettings {
  checkCommonOptions(options);
  const { topics = [], from = "earliest", onBadRecord } = options;
  if (onBadRecord !== undefined && onBadRecord !== "skip" && typeof onBadRecord !== "function") {
    throw invalidArgument("onBadRecord", '"skip" or a function', onBadRecord);
  }
  return { ...checkNumbers(options, numbers), topics: topicNames("topics", topics), from: checkFrom(from) };
}
