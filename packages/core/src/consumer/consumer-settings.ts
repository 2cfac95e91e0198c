import { checkNumber, checkNumbers, pauseLimit, sizeLimit, timeLimit } from "../shared/check-number.ts";
import type { NumberOption } from "../shared/check-number.ts";
import { checkChoice, checkCommonOptions, checkObject } from "../shared/check-options.ts";
import { Assignment } from "./assignment.ts";
import type { BatchOptions, ConsumerOptions } from "./consumer-options.ts";
import { groupSettings } from "./group/group-settings.ts";
import type { GroupSettings } from "./group/group-settings.ts";
import { invalidArgument } from "../shared/invalid-argument.ts";
import { checkFrom, checkUntil } from "./offset-spec.ts";
import type { OffsetSpec, UntilSpec } from "./offset-spec.ts";

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

const numbers: Readonly<Record<Exclude<ConsumerNumber, "maxWaitMs">, NumberOption>> = {
  maxBufferedBytes: [64 * 2 ** 20, sizeLimit],
  maxBytesPerPartition: [2 ** 20, sizeLimit],
  minBytes: [1, {}],
  requestTimeoutMs: [30_000, timeLimit],
  connectTimeoutMs: [15_000, timeLimit],
  metadataMaxAgeMs: [10_000, timeLimit],
  reconnectBackoffMs: [50, pauseLimit],
  reconnectBackoffMaxMs: [1_000, pauseLimit],
};

/** A consumer's options, checked and with defaults. */
export type ConsumerSettings = Readonly<Record<ConsumerNumber, number>> & {
  readonly topics: Assignment;
  readonly from: OffsetSpec;
  readonly until: UntilSpec | undefined;
  readonly latest: "partition" | "key" | undefined;
  readonly inGroup: GroupSettings | undefined;
};

/**
 * Throws a `DataQueueError` `INVALID_ARGUMENT` that names the first option that makes no sense.
 *
 * @param maxWaitMs - the transport's own, for a caller that gives none
 */
export function consumerSettings<Value>(options: ConsumerOptions<Value>, maxWaitMs = 500): ConsumerSettings {
  checkCommonOptions(options);
  checkNumber("transport.maxWaitMs", maxWaitMs, pauseLimit);
  const { topics = [], from = "earliest", until, latest, onBadRecord } = options;
  if (onBadRecord !== undefined && onBadRecord !== "skip" && typeof onBadRecord !== "function") {
    throw invalidArgument("onBadRecord", '"skip" or a function', onBadRecord);
  }
  if (latest !== undefined) checkChoice("latest", latest, ["partition", "key"]);
  return {
    ...checkNumbers(options, { ...numbers, maxWaitMs: [maxWaitMs, pauseLimit] }),
    topics: Assignment.ofTopics(topics),
    from: checkFrom(from),
    until: until === undefined ? undefined : checkUntil(until),
    latest,
    inGroup: groupSettings(options),
  };
}

const batchNumbers: Readonly<Record<keyof BatchOptions, NumberOption>> = {
  maxMessages: [1_000, sizeLimit],
  maxWaitMs: [0, pauseLimit],
};

/** Throws a `DataQueueError` `INVALID_ARGUMENT` that names the first option that makes no sense. */
export function batchLimits(options: BatchOptions): Readonly<Record<keyof BatchOptions, number>> {
  checkObject("options", options);
  return checkNumbers(options, batchNumbers);
}
