/**
 * Producer, consumer and plug-in contracts for scientific data on Apache Kafka.
 *
 * @module
 */
export { DataQueueProducer } from "./producer/producer.ts";
export type { ProducerOptions, SendDefaults, SendOptions } from "./producer/producer-options.ts";
export type { StreamOptions, StreamRecord } from "./producer/stream-options.ts";
export { DataQueueConsumer } from "./consumer/consumer.ts";
export type { TopicsSpec } from "./consumer/assignment.ts";
export type { BatchOptions, CheckedConsumerOptions, ConsumerOptions } from "./consumer/consumer-options.ts";
export type { GroupOptions } from "./consumer/group/group-options.ts";
export type { ExactOffsets, LastRecords, OffsetSpec, SeekTargets, UntilSpec } from "./consumer/offset-spec.ts";
export type {
  AllCheckedByTopicOptions,
  CheckedByTopicOptions,
  EncodedByTopicOptions,
} from "./consumer/topic-consumer-options.ts";
export { NetworkClient } from "./shared/network-client.ts";
export type { NetworkClientOptions } from "./shared/network-client.ts";
export { safeListener } from "./contract/events.ts";
export type { DataQueueEvent, OnEvent, RetriedRequest } from "./contract/events.ts";
export { checkChoice, checkFunction, checkObject, checkSignal } from "./shared/check-options.ts";
export { checkNumber, checkNumbers, isOffset, pauseLimit, sizeLimit, timeLimit } from "./shared/check-number.ts";
export type { NumberLimits, NumberOption } from "./shared/check-number.ts";
export { schemaError } from "./shared/check-schema.ts";
export { checkTopic, isIterable, topicNames } from "./shared/check-topics.ts";
export { groupBy } from "./shared/group-by.ts";
export { invalidArgument } from "./shared/invalid-argument.ts";
export { invalidRecord } from "./shared/invalid-record.ts";
export { recordSize } from "./shared/record-size.ts";
export { delay, unlessAborted } from "./shared/wait.ts";
export { errorType, offsetAttribute, openTelemetryAttributes } from "./shared/open-telemetry.ts";
export type { Attributes } from "./shared/open-telemetry.ts";
export {
  ClosedError,
  CodecError,
  DataQueueError,
  DecodeError,
  EncodeError,
  kafkaError,
  SchemaError,
  TransportError,
  UnsupportedError,
} from "./contract/errors.ts";
export type {
  CodecErrorDetails,
  ErrorDetails,
  ErrorPlace,
  SchemaIssue,
  TransportErrorDetails,
} from "./contract/errors.ts";
export type { Codec, CodecSelector, DecodedBy, EncodedBy, RecordContext } from "./contract/codec.ts";
export { byHeader } from "./formats/by-header.ts";
export type { ByHeaderOptions } from "./formats/by-header.ts";
export { byTopic } from "./formats/by-topic.ts";
export type { ConsumerMessage, SchemaOption, SchemaRecord, TopicCodec, TopicSchema } from "./contract/by-topic.ts";
export type { Schema, StandardSchemaIssue, StandardSchemaResult, StandardSchemaV1 } from "./contract/schema.ts";
export { partitionKey } from "./contract/record.ts";
export type {
  Headers,
  HeadersInput,
  LogRecord,
  Message,
  PartitionPosition,
  ProducerRecord,
  RecordMetadata,
  TopicPartition,
} from "./contract/record.ts";
export { kafkaErrorName, kafkaErrors } from "./contract/kafka-errors.ts";
export type { KafkaErrorName, TransportErrorCode } from "./contract/kafka-errors.ts";
export { isRetriable } from "./contract/retriable-errors.ts";
export type {
  CommitAnswer,
  CommittedOffset,
  GroupAnswer,
  GroupAssignor,
  GroupConnection,
  GroupDescription,
  GroupListing,
  GroupMember,
  GroupProtocol,
  GroupResult,
  MemberDescription,
  OffsetToCommit,
} from "./contract/groups.ts";
export type {
  Acks,
  AdminConnection,
  AlterConfigsOptions,
  BaseConnection,
  Compression,
  ConfigEntry,
  ConfigSource,
  Connection,
  Connections,
  DeletedRecords,
  FetchedPartition,
  FetchLimits,
  FetchOptions,
  FetchQuery,
  LogDirQuery,
  LogDirSize,
  MetadataOptions,
  NewConfigs,
  NewPartitions,
  NewTopic,
  OffsetQuery,
  OffsetResult,
  OffsetsConnection,
  OpenOptions,
  PartitionMetadata,
  ProduceBatch,
  ProduceOptions,
  ProduceResult,
  ProducerIdAndEpoch,
  ReadConnection,
  RecordsToDelete,
  Role,
  TopicConfigs,
  TopicMetadata,
  TopicResult,
  Transport,
  TransportCapabilities,
  WriteConnection,
} from "./contract/transport.ts";
