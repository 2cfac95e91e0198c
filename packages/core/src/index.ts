/**
 * Producer, consumer and plug-in contracts for scientific data on Apache Kafka.
 *
 * @module
 */
export { DataQueueProducer } from "./producer.ts";
export type { ProducerOptions, SendDefaults, SendOptions } from "./producer-options.ts";
export { DataQueueConsumer } from "./consumer.ts";
export type { CheckedConsumerOptions, ConsumerOptions } from "./consumer-options.ts";
export type { From } from "./start.ts";
export { Link } from "./link.ts";
export type { LinkOptions } from "./link.ts";
export type { DataQueueEvent, OnEvent, RetriedRequest } from "./events.ts";
export { checkFunction, checkObject, checkSignal } from "./check-options.ts";
export { checkNumber, checkNumbers, sizeLimit, timeLimit } from "./check-number.ts";
export type { NumberLimits, NumberOption } from "./check-number.ts";
export { checkTopic, topicNames } from "./check-topics.ts";
export { invalidArgument } from "./invalid-argument.ts";
export { openTelemetryAttributes } from "./open-telemetry.ts";
export type { Attributes } from "./open-telemetry.ts";
export {
  ClosedError,
  DataQueueError,
  DecodeError,
  EncodeError,
  SchemaError,
  TransportError,
  UnsupportedError,
} from "./errors.ts";
export type { ErrorDetails, ErrorPlace, SchemaIssue } from "./errors.ts";
export type { Codec } from "./codec.ts";
export type { Schema, StandardSchemaIssue, StandardSchemaResult, StandardSchemaV1 } from "./schema.ts";
export type {
  Headers,
  HeadersInput,
  LogRecord,
  Message,
  ProducerRecord,
  RecordMetadata,
  TopicPartition,
} from "./record.ts";
export type {
  Acks,
  Compression,
  Connection,
  FetchedPartition,
  FetchLimits,
  FetchQuery,
  MetadataOptions,
  NewPartitions,
  NewTopic,
  OffsetAnswer,
  OffsetQuery,
  OpenOptions,
  Outcome,
  PartitionMetadata,
  ProduceAnswer,
  ProduceBatch,
  ProduceOptions,
  ProducerIdentity,
  Role,
  TopicMetadata,
  Transport,
} from "./transport.ts";
