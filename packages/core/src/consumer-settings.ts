import { checkNumber, sizeLimit, timeLimit } from "./check-number.ts";
import { checkCommonOptions } from "./check-options.ts";
import { topicNames } from "./check-topics.ts";
import type { ConsumerOptions } from "./consumer-options.ts";
import { invalidArgument } from "./invalid-argument.ts";
import { checkFrom } from "./start.ts";
import type { From } from "./start.ts";

/** How a consumer's options say that it works, checked and complete. */
export interface ConsumerSettings {
  readonly topics: readonly string[];
  readonly from: From;
  readonly maxBufferedBytes: number;
  readonly maxBytesPerPartition: number;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly metadataMaxAgeMs: number;
}

/** Throws a `DataQueueError` `INVALID_ARGUMENT` that names the option which makes no sense. */
export function consumerSettings<Value>(options: ConsumerOptions<Value>): ConsumerSettings {
  checkCommonOptions(options);
  const { topics = [], from = "earliest", onBadRecord } = options;
  if (onBadRecord !== undefined && onBadRecord !== "skip" && typeof onBadRecord !== "function") {
    throw invalidArgument("onBadRecord", '"skip" or a function', onBadRecord);
  }
  return {
    topics: topicNames("topics", topics),
    from: checkFrom(from),
    maxBufferedBytes: checkNumber("maxBufferedBytes", options.maxBufferedBytes ?? 64 * 2 ** 20, sizeLimit),
    maxBytesPerPartition: checkNumber("maxBytesPerPartition", options.maxBytesPerPartition ?? 2 ** 20, sizeLimit),
    maxWaitMs: checkNumber("maxWaitMs", options.maxWaitMs ?? 500),
    minBytes: checkNumber("minBytes", options.minBytes ?? 1),
    requestTimeoutMs: checkNumber("requestTimeoutMs", options.requestTimeoutMs ?? 30_000, timeLimit),
    connectTimeoutMs: checkNumber("connectTimeoutMs", options.connectTimeoutMs ?? 15_000, timeLimit),
    metadataMaxAgeMs: checkNumber("metadataMaxAgeMs", options.metadataMaxAgeMs ?? 10_000, timeLimit),
  };
}
