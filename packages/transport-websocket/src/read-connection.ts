import { unlessAborted } from "@dataqueues/core";
import type { FetchedPartition, FetchLimits, FetchOptions, FetchQuery, ReadConnection } from "@dataqueues/core";

import { badAnswer, count, fields, int64, itemError, list } from "./answer-fields.ts";
import type { Fields } from "./answer-fields.ts";
import { GatewayOffsetsConnection, place } from "./gateway-connection.ts";
import type { FetchRequest } from "./protocol/bodies.ts";
import { frameTypes } from "./protocol/frame-types.ts";
import type { Frame } from "./protocol/frame.ts";
import { decodeRecords } from "./protocol/records.ts";
import { bounded } from "./request-frames.ts";
import type { RequestBody } from "./request-frames.ts";

/** A connection that reads through a gateway. */
export class WebSocketReadConnection extends GatewayOffsetsConnection implements ReadConnection {
  async fetch(
    leader: number,
    wanted: readonly FetchQuery[],
    limits: FetchLimits,
    { signal }: FetchOptions = {},
  ): Promise<FetchedPartition[]> {
    signal?.throwIfAborted();
    const requestOf = (part: readonly FetchQuery[]): RequestBody => ({
      type: frameTypes.fetch,
      body: fetchRequest(leader, part, limits),
    });
    const asked = this.session
      .split(wanted, requestOf)
      .map((part) =>
        this.session.ask({ ...requestOf(part), name: "fetch", read: (answer) => readFetched(answer, part) }),
      );
    // Of several requests, one with news ends the waits of the others; so does the caller.
    const cancel = (): void => asked.forEach((one) => one.cancel());
    for (const { answer } of asked) answer.then(cancel, cancel);
    const answers = Promise.all(asked.map(({ answer }) => answer));
    signal?.addEventListener("abort", cancel);
    try {
      return (await (signal === undefined ? answers : unlessAborted(answers, signal))).flat();
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }
}

function fetchRequest(leader: number, wanted: readonly FetchQuery[], limits: FetchLimits): FetchRequest {
  return {
    leader,
    wanted: wanted.map(({ topic, partition, offset }) => ({ topic, partition, offset: String(offset) })),
    maxWaitMs: bounded(limits.maxWaitMs),
    minBytes: bounded(limits.minBytes),
    maxBytes: bounded(limits.maxBytes),
    maxBytesPerPartition: bounded(limits.maxBytesPerPartition),
    latest: limits.latest,
  };
}

function readFetched({ body, records }: Frame, wanted: readonly FetchQuery[]): FetchedPartition[] {
  const seen = new Set<number>();
  let at = 0;
  const fetched = list(fields(body, "an answer")["fetched"], "fetched").map((item): FetchedPartition => {
    const index = count(item["index"], "index");
    const query = wanted[index];
    if (query === undefined || seen.has(index)) throw badAnswer(`index ${index} was not asked for, or comes twice`);
    seen.add(index);
    const { topic, partition } = query;
    const error = itemError(item, place(topic, partition), { topic, partition });
    if (error !== undefined) return { topic, partition, error };
    const end = at + count(item["bytes"], "bytes");
    if (end > records.length) throw badAnswer(`records up to byte ${end} of ${records.length}`);
    const found = readPartition(query, item, records.subarray(at, end));
    at = end;
    return found;
  });
  if (at !== records.length) throw badAnswer(`${records.length - at} bytes belong to no partition`);
  return fetched;
}

function readPartition({ topic, partition, offset }: FetchQuery, item: Fields, bytes: Uint8Array): FetchedPartition {
  const records = decodeRecords(bytes, count(item["count"], "count"));
  const nextOffset = int64(item["nextOffset"], "nextOffset");
  let least = offset;
  for (const record of records) {
    if (record.offset < least) throw badAnswer(`record ${record.offset} comes where ${least} or a later one is due`);
    least = record.offset + 1n;
  }
  if (nextOffset < least) throw badAnswer(`nextOffset ${nextOffset} is before ${least}`);
  const { skipped } = item;
  return {
    topic,
    partition,
    records,
    nextOffset,
    highWatermark: int64(item["highWatermark"], "highWatermark"),
    ...(skipped === undefined ? {} : { skipped: count(skipped, "skipped") }),
  };
}
