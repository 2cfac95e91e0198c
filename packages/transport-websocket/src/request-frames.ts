import { kafkaError } from "@dataqueues/core";

import { frameTypes } from "./protocol/frame-types.ts";
import { encodeFrameStart } from "./protocol/frame.ts";

/** A request as it is sent. */
export interface RequestBody {
  readonly type: number;
  readonly body: object;
  /** Records of a produce request, as they are encoded. */
  readonly records?: readonly Uint8Array[] | undefined;
}

/**
 * The frames of a request, none over `maxFrameBytes`: one, unless it has many records, which then go ahead in `produceMore` frames.
 *
 * @param what - what errors call the request
 * @throws A `TransportError` `INVALID_REQUEST` if the JSON alone is too large.
 */
export function requestFrames(
  { type, body, records = [] }: RequestBody,
  id: number,
  maxFrameBytes: number,
  what: string,
): Uint8Array<ArrayBuffer>[] {
  const start = encodeFrameStart(type, id, body);
  if (start.length > maxFrameBytes) {
    const why = `it takes ${start.length} bytes, and the gateway takes ${maxFrameBytes}`;
    throw kafkaError("INVALID_REQUEST", what, { why });
  }
  if (byteLength(records) <= maxFrameBytes - start.length) return [join([start, ...records])];
  const head = encodeFrameStart(frameTypes.produceMore, id);
  return [...pieces(records, maxFrameBytes - head.length).map((piece) => join([head, piece])), start];
}

/** The bytes of `chunks` one after another, in pieces of `size`; the last one may be shorter. */
function pieces(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer>[] {
  const bytes = join(chunks);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

function join(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(byteLength(chunks));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** How many bytes `chunks` have together. */
export function byteLength(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

/** A time or size without a bound as a number that JSON and Kafka have. */
export function bounded(number: number): number {
  return Math.min(number, 2 ** 31 - 1);
}
