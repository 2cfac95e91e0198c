import { schemaError } from "@dataqueues/core";
import type { TopicPartition } from "@dataqueues/core";
import * as z from "zod";

/** A window of high resolution that is open: a part of the spectrum whose channels are averaged less, or not at all. */
export interface FlowWindow {
  /** The partition that the window is sent on: its index in the state, plus 1. Partition 0 is the averaged stream. */
  readonly partition: number;
  /** What `assignTopics` takes to read this window: its partition of each topic. */
  readonly assignment: readonly TopicPartition[];
  /** Where the window begins, as the state has it; undefined if it does not say. */
  readonly start: number | undefined;
  /** Where it ends. */
  readonly end: number | undefined;
  /** How many channels are averaged to one. */
  readonly channelsAveraged: number | undefined;
}

const number = z.number().nullish();

/** Other keys, such as `status`, are passed over. A flow whose processing has not begun has no state. */
const FlowState = z
  .object({ windows: z.array(z.object({ start: number, end: number, channels_averaged: number })).nullish() })
  .nullish();

/**
 * The windows that a flow's state has open.
 *
 * @throws SchemaError with all that is wrong with the state
 */
export function flowWindows(state: unknown, topics: readonly string[]): readonly FlowWindow[] {
  const { data, error } = FlowState.safeParse(state);
  if (error !== undefined) throw schemaError("the flow's state cannot be read", error.issues);
  const windows = (data?.windows ?? []).map(({ start, end, channels_averaged: channelsAveraged }, index) =>
    Object.freeze({
      partition: index + 1,
      assignment: partitionOfEach(topics, index + 1),
      start: start ?? undefined,
      end: end ?? undefined,
      channelsAveraged: channelsAveraged ?? undefined,
    }),
  );
  return Object.freeze(windows);
}

/** A partition of each topic. */
export function partitionOfEach(topics: readonly string[], partition: number): readonly TopicPartition[] {
  return Object.freeze(topics.map((topic) => Object.freeze([topic, partition] as const)));
}
