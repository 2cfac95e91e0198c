import type { Codec } from "../../src/contract/codec.ts";
import type { TransportErrorCode } from "../../src/contract/kafka-errors.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import { DataQueueProducer } from "../../src/producer/producer.ts";
import type { ProducerOptions } from "../../src/producer/producer-options.ts";
import type { Connection, ProduceResult, ProduceBatch } from "../../src/contract/transport.ts";
import { failure, ScriptedLog, noResponse } from "../scripted-log.ts";

type Produce = Connection["produce"];

/** Text as bytes, and back. */
export const text: Codec<string> = {
  name: "text",
  encode: (value) => new TextEncoder().encode(value),
  decode: (bytes) => new TextDecoder().decode(bytes),
};

/** A producer of text for topic `a`, its log and its events. */
export interface Producing {
  readonly producer: DataQueueProducer<string>;
  readonly log: ScriptedLog;
  readonly events: DataQueueEvent[];
  /** The responses to the next produce requests, one after the other; later requests are answered by the log itself. */
  readonly responses: Produce[];
}

/** Starts a producer over a log that keeps sequence numbers as Kafka does. */
export function producing(
  options: ProducerOptions<string> = {},
  topics: Readonly<Record<string, number>> = { a: 1 },
): Producing {
  const log = new ScriptedLog(topics);
  const events: DataQueueEvent[] = [];
  const responses: Produce[] = [];
  const appended = sequenced(log);
  log.on.produce = (...args) => (responses.shift() ?? appended)(...args);
  const onEvent = (event: DataQueueEvent): void => void events.push(event);
  const producer = new DataQueueProducer(log, { topic: "a", encoding: text, onEvent, ...options });
  return { producer, log, events, responses };
}

/** The values that a partition has, as text. */
export function valuesOf(log: ScriptedLog, topic = "a", partition = 0): (string | null)[] {
  return log.recordsOf(topic, partition).map(({ value }) => value && new TextDecoder().decode(value));
}

/** The batches of every produce request so far. */
export function batchesOf(log: ScriptedLog): (readonly ProduceBatch[])[] {
  return log.calls("produce").map(([, batches]) => batches);
}

/** How many records each produce request had. */
export function sizesOf(log: ScriptedLog): number[] {
  return batchesOf(log).map((batches) => batches.reduce((sum, { records }) => sum + records.length, 0));
}

/** Refuses every batch of a request. */
export function refuse(code: TransportErrorCode, details?: Parameters<typeof failure>[1]): Produce {
  return async (_leader, batches) =>
    batches.map(({ topic, partition }) => ({ topic, partition, error: failure(code, details) }));
}

/** Writes the batches of a request, but its response never comes. */
export function dropResponse(log: ScriptedLog): Produce {
  const appended = sequenced(log);
  return async (...args) => {
    await appended(...args);
    return noResponse();
  };
}

const memories = new WeakMap<ScriptedLog, Map<string, Map<number, bigint>>>();

/**
 * Appends as Kafka does for idempotent producers: a batch that is there already has its old offset, and one whose sequence
 * does not follow the last is refused.
 */
export function sequenced(log: ScriptedLog): Produce {
  const memory = memories.get(log) ?? new Map<string, Map<number, bigint>>();
  memories.set(log, memory);
  const append = async (leader: number, batch: ProduceBatch, options: Parameters<Produce>[2]) => {
    const { topic, partition, identity, baseSequence, records } = batch;
    const key = `${identity?.producerId}/${identity?.producerEpoch}/${topic}/${partition}`;
    const offsets = memory.get(key) ?? new Map<number, bigint>([[0, -1n]]);
    const known = offsets.get(baseSequence);
    if (identity !== undefined && known === undefined) {
      return { topic, partition, error: failure("OUT_OF_ORDER_SEQUENCE_NUMBER", { retriable: false }) };
    }
    if (identity !== undefined && known !== undefined && known >= 0n) return { topic, partition, baseOffset: known };
    const [result] = await log.plain.produce(leader, [batch], options);
    if (result === undefined || result.error !== undefined) throw new Error("the plain log refuses nothing");
    // -1 marks the sequence that may come next.
    memory.set(key, offsets.set(baseSequence, result.baseOffset).set(baseSequence + records.length, -1n));
    return result;
  };
  return async (leader, batches, options) => {
    const responses: ProduceResult[] = [];
    for (const batch of batches) responses.push(await append(leader, batch, options));
    return responses;
  };
}

/** How a promise stands. */
export interface Watched<T> {
  readonly promise: Promise<T>;
  state: "pending" | "resolved" | "rejected";
  value?: T;
  error?: unknown;
}

export function watch<T>(promise: Promise<T>): Watched<T> {
  const watched: Watched<T> = { promise, state: "pending" };
  promise.then(
    (value) => Object.assign(watched, { state: "resolved", value }),
    (error: unknown) => Object.assign(watched, { state: "rejected", error }),
  );
  return watched;
}
