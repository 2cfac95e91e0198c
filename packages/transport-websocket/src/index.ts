/**
 * Data queues over one WebSocket to a gateway, and the protocol that the two speak.
 *
 * @module
 */
export { websocket } from "./websocket.ts";
export type { WebSocketOptions } from "./websocket.ts";
export type { WebSocketConstructor, WebSocketLike } from "./web-socket.ts";
export { answerTo, closeCodes, frameTypes, protocolVersion, subprotocol } from "./protocol/frame-types.ts";
export { decodeFrame, encodeFrameStart } from "./protocol/frame.ts";
export type { Frame } from "./protocol/frame.ts";
export { decodeRecords, encodeRecord } from "./protocol/records.ts";
export type {
  AdminAnswer,
  AdminRequest,
  ErrorBody,
  FetchAnswer,
  FetchRequest,
  HelloAnswer,
  HelloRequest,
  InitProducerIdAnswer,
  ListOffsetsAnswer,
  ListOffsetsRequest,
  MetadataAnswer,
  MetadataRequest,
  ProduceAnswer,
  ProduceRequest,
} from "./protocol/bodies.ts";
