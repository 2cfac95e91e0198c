import { checkObject, invalidArgument } from "@dataqueues/core";
import type { Codec, Schema, TopicPartition } from "@dataqueues/core";

import { codecOfFormat } from "./codec-of-format.ts";
import { flowEntry } from "./flow-entry.ts";
import { flowWindows, partitionOfEach } from "./flow-windows.ts";
import type { FlowWindow } from "./flow-windows.ts";
import { schemaOfModel } from "./schema-of-model.ts";

/** What a flow entry does not say, or says otherwise. */
export interface FlowOptions {
  /**
   * The flow's state, which the configuration holds under a key of its own: it has the windows that are open. By default
   * the entry's `state`, if it has one.
   */
  readonly state?: unknown;
  /** Kafka's address from here, in place of the flow's, which may hold inside a cluster only. */
  readonly host?: string | undefined;
  /** Schemas for data models, by their names in `data_model`; they come before those of `@dataqueues/schemas`. */
  readonly schemas?: Readonly<Record<string, Schema>> | undefined;
  /** Codecs for formats, by their names in `format`; they come before the known ones. */
  readonly codecs?: Readonly<Record<string, Codec>> | undefined;
}

/** How to read and write the topics of a flow. */
export interface DataQueueFlow {
  /** The processing block that made the flow; undefined if the entry has no key. */
  readonly pbId: string | undefined;
  /** The kind in the flow's key, or of its sink: `data-queue`. */
  readonly kind: string;
  /** The flow's name in its key. */
  readonly name: string | undefined;
  readonly dataModel: string;
  /** Kafka's address as the flow has it, `"kafka://host:9092"` or `"host:9092"`, several with commas. */
  readonly host: string;
  readonly topics: readonly string[];
  /** How many partitions each topic needs at least: one, and one for each window. Undefined if the flow does not say. */
  readonly partitions: number | undefined;
  /** The codec of `format`; undefined for bytes. */
  readonly codec: Codec | undefined;
  /** The schema of `data_model`; undefined for one that is not known, or not in this format. */
  readonly schema: Schema | undefined;
  /** The windows of high resolution that are open, in the order of their partitions. */
  readonly windows: readonly FlowWindow[];
  /** What `assignTopics` takes to read partition 0 of each topic: a metric's averaged stream, without the windows. */
  readonly averaged: readonly TopicPartition[];
  /** Options of a consumer of all partitions of the topics. */
  readonly consumer: FlowConsumerOptions;
  /** Options of a producer. */
  readonly producer: FlowProducerOptions;
  /** What `createTopics` takes: the topics, with their partitions. */
  readonly newTopics: readonly (string | readonly [topic: string, partitions: number])[];
}

/** The options that a flow gives a consumer. */
export interface FlowConsumerOptions {
  readonly topics: readonly string[];
  readonly encoding: Codec | undefined;
  readonly schema: Schema | undefined;
}

/** The options that a flow gives a producer. */
export interface FlowProducerOptions {
  /** Undefined if the flow has several topics: then `send` names one. */
  readonly topic: string | undefined;
  readonly encoding: Codec | undefined;
  readonly schema: Schema | undefined;
}

/**
 * Reads a flow entry of the telescope's configuration database (ska-sdp-config's `Flow` with a `DataQueue` as sink): where its
 * topics are, and what is in them. Keys that are not needed are passed over. Nothing is connected to.
 *
 * @param flow - the entry, as `JSON.parse` makes it of the configuration's text
 * @returns host, topics, codec and schema, also as options of consumer, producer and admin; all of it is frozen
 * @throws SchemaError listing all that is wrong with the entry, or with `state`, each with its path
 * @throws DataQueueError `INVALID_ARGUMENT` that names an option that makes no sense
 * @throws UnsupportedError for a flow whose sink is no data queue, and for a format without a codec
 *
 * @example
 * ```ts
 * const flow = fromFlow(JSON.parse(text), { state: JSON.parse(stateText) });
 * const consumer = new DataQueueConsumer(flow.host, flow.consumer);
 * await consumer.assignTopics([...flow.averaged, ...flow.windows.flatMap((window) => window.assignment)]);
 * ```
 */
export function fromFlow(flow: unknown, options: FlowOptions = {}): DataQueueFlow {
  const { key, sink, data_model: dataModel, sources, state } = flowEntry(flow);
  checkObject("options", options);
  const { host = sink.host, codecs = {}, schemas = {} } = options;
  if (typeof host !== "string" || host === "") throw invalidArgument("host", "Kafka's address", host);
  checkObject("codecs", codecs);
  checkObject("schemas", schemas);
  const topics = Object.freeze([sink.topics].flat());
  const parameters = (sources ?? []).map((source) => source.parameters);
  const metricTypes = parameters.flatMap((given) => given?.metric_type ?? []);
  const additionalWindows = parameters.flatMap((given) => given?.additional_windows ?? []);
  const codec = codecOfFormat(sink.format, codecs);
  const schema = schemaOfModel(dataModel, codec, metricTypes[0], schemas);
  const windows = flowWindows(options.state ?? state, topics);
  const partitions = partitionsOf(additionalWindows, windows.length);
  const formats = { encoding: codec, schema };
  return Object.freeze({
    pbId: key?.pb_id,
    kind: key?.kind ?? sink.kind,
    name: key?.name,
    dataModel,
    host,
    topics,
    partitions,
    codec,
    schema,
    windows,
    averaged: partitionOfEach(topics, 0),
    consumer: Object.freeze({ topics, ...formats }),
    producer: Object.freeze({ topic: topics.length === 1 ? topics[0] : undefined, ...formats }),
    newTopics:
      partitions === undefined
        ? topics
        : Object.freeze(topics.map((topic) => Object.freeze([topic, partitions] as const))),
  });
}

/** One partition for the averaged stream, and one for each window that may be opened, or is open. */
function partitionsOf(additional: readonly number[], open: number): number | undefined {
  return additional.length === 0 && open === 0 ? undefined : 1 + Math.max(open, ...additional);
}
