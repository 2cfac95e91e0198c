/**
 * One install, one import: producer, consumer and admin, Kafka and an embedded log, and the encodings of the Python
 * library.
 *
 * @module
 */
export { DataQueueAdmin } from "./admin.ts";
export { DataQueueConsumer } from "./consumer.ts";
export { DataQueueProducer } from "./producer.ts";
export { Encoding } from "./encoding.ts";
export { encodingOf } from "./encoding-of.ts";
export type { EncodingsByName } from "./encoding-of.ts";
export type { KafkaHost } from "./kafka-host.ts";
export { json } from "@dataqueues/codec-json";
export { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
export { npy } from "@dataqueues/codec-npy";
export { ascii, utf8 } from "@dataqueues/codec-text";
export { xarray } from "@dataqueues/codec-xarray";
export { kafkajs } from "@dataqueues/transport-kafkajs";
export { memory } from "@dataqueues/transport-memory";
export { websocket } from "@dataqueues/transport-websocket";
export {
  byHeader,
  byTopic,
  ClosedError,
  DataQueueError,
  DecodeError,
  EncodeError,
  SchemaError,
  TransportError,
  UnsupportedError,
} from "@dataqueues/core";
export type {
  Codec,
  DataQueueEvent,
  Message,
  RecordContext,
  RecordMetadata,
  Schema,
  TopicPartition,
  Transport,
} from "@dataqueues/core";
