import { kafkaError } from "@dataqueues/core";

import { protocolVersion } from "./frame-types.ts";

/** One message of the protocol: what is asked or answered, as JSON, and records as bytes. */
export interface Frame {
  /** One of {@link frameTypes}. */
  readonly type: number;
  /** The request that this is, or answers; 0 in frames that are neither. */
  readonly id: number;
  /** Any value that JSON has. */
  readonly body: unknown;
  /** Records one after another, each from a multiple of 8 of the frame on; empty in most frames. */
  readonly records: Uint8Array;
}

/** Bytes before the JSON of a frame. */
const headerBytes = 16;

/**
 * The header and JSON of a frame, up to where its records begin: all of it, if it has none. Whoever sends records may so
 * append bytes that it keeps, as further fragments of the WebSocket message, without copying them.
 *
 * Layout, little-endian: type u8, version u8, 0 u16, id u32, length of the JSON u32, 0 u32, the JSON as UTF-8, zeros up to a
 * multiple of 8, records.
 */
export function encodeFrameStart(type: number, id: number, body: unknown = {}): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(body));
  const bytes = new Uint8Array(padded(headerBytes + json.length));
  const view = new DataView(bytes.buffer);
  view.setUint8(0, type);
  view.setUint8(1, protocolVersion);
  view.setUint32(4, id, true);
  view.setUint32(8, json.length, true);
  bytes.set(json, headerBytes);
  return bytes;
}

/**
 * Reads a frame; its records are a view of `bytes`.
 *
 * @throws A `TransportError` `CORRUPT_MESSAGE` that says what is wrong, and where.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length < headerBytes) throw corrupt(`${bytes.length} bytes are fewer than its header has`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(1);
  if (version !== protocolVersion) throw corrupt(`version ${version} where ${protocolVersion} is spoken`);
  const end = headerBytes + view.getUint32(8, true);
  if (end > bytes.length) throw corrupt(`JSON up to byte ${end} of ${bytes.length}`);
  const records = bytes.subarray(Math.min(padded(end), bytes.length));
  return {
    type: view.getUint8(0),
    id: view.getUint32(4, true),
    body: parse(bytes.subarray(headerBytes, end)),
    records,
  };
}

function parse(json: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
  } catch (cause) {
    throw corrupt("its JSON cannot be read", cause);
  }
}

function corrupt(why: string, cause?: unknown): Error {
  return kafkaError("CORRUPT_MESSAGE", "a frame of the gateway protocol", { why, cause });
}

/** The next multiple of 8. */
export function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}
