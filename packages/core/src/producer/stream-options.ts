import { invalidArgument } from "../shared/invalid-argument.ts";
import type { SendOptions } from "./producer-options.ts";

/** What is sent for one chunk of a stream. What it leaves out is as in the stream's options. */
export interface StreamRecord<Value> extends Pick<
  SendOptions<Value>,
  "topic" | "key" | "headers" | "partition" | "timestamp"
> {
  readonly value: Value;
}

/** Options of a stream into a topic: those of `send`, for every chunk, and its own. */
export interface StreamOptions<Value, Chunk = Value> extends SendOptions<Value> {
  /**
   * How many sends may wait to be acknowledged: 1,000 by default. The stream takes no more chunks meanwhile, nor while the
   * producer's `maxBufferedBytes` wait.
   */
  readonly highWaterMark?: number | undefined;
  /** What to send for a chunk, for example with a key of its own; the chunk itself by default. */
  readonly record?: ((chunk: Chunk) => StreamRecord<Value>) | undefined;
}

/** The options of any stream, whatever its chunks and values are. */
export interface AnyStreamOptions extends Omit<StreamOptions<never>, "record"> {
  readonly record?: ((chunk: unknown) => StreamRecord<unknown>) | undefined;
}

/** Checks what a stream's `record` gave for a chunk; throws a `DataQueueError` `INVALID_ARGUMENT` for anything without a value. */
export function checkRecord<Value>(record: StreamRecord<Value>): StreamRecord<Value> {
  if (typeof record === "object" && record !== null && "value" in record) return record;
  throw invalidArgument("record(chunk)", "an object with a value", record);
}

/** The options of one send: those of the stream, and what the chunk's record has instead. */
export function sendOptionsOf(stream: SendOptions<never>, record: StreamRecord<unknown>): SendOptions<never> {
  const {
    topic = stream.topic,
    key = stream.key,
    headers = stream.headers,
    partition = stream.partition,
    timestamp = stream.timestamp,
  } = record;
  return { ...stream, topic, key, headers, partition, timestamp };
}
