import { invalidRecord, kafkaError } from "@dataqueues/core";
import type {
  ProduceBatch,
  ProduceOptions,
  ProduceResult,
  ProducerIdAndEpoch,
  TransportErrorCode,
  WriteConnection,
} from "@dataqueues/core";

import { count, fields, int64, itemError, list } from "./answer-fields.ts";
import type { Fields } from "./answer-fields.ts";
import { GatewayConnection, next, place } from "./gateway-connection.ts";
import type { ProduceRequest } from "./protocol/bodies.ts";
import { frameTypes } from "./protocol/frame-types.ts";
import type { Frame } from "./protocol/frame.ts";
import { encodeRecord } from "./protocol/records.ts";
import { bounded, byteLength } from "./request-frames.ts";
import type { RequestBody } from "./request-frames.ts";

/** A batch with its records as they are sent. */
interface Encoded {
  readonly batch: ProduceBatch;
  readonly records: readonly Uint8Array[];
}

/** A connection that writes through a gateway. */
export class WebSocketWriteConnection extends GatewayConnection implements WriteConnection {
  // Async functions run up to their first wait at once: the records are encoded before this returns.
  async produce(leader: number, batches: readonly ProduceBatch[], options: ProduceOptions): Promise<ProduceResult[]> {
    const encoded = batches.map((batch) => this.#encode(batch));
    const requestOf = (part: readonly Encoded[]): RequestBody => ({
      type: frameTypes.produce,
      body: produceRequest(leader, part, options),
      records: part.flatMap(({ records }) => records),
    });
    const results = (await this.askEach("produce", encoded.filter(isEncoded), requestOf, readResults)).values();
    return encoded.map((one) => (isEncoded(one) ? next(results) : one));
  }

  initProducerId(): Promise<ProducerIdAndEpoch> {
    const read = ({ body }: Frame): ProducerIdAndEpoch => {
      const { producerId, producerEpoch } = fields(body, "an answer");
      return { producerId: int64(producerId, "producerId"), producerEpoch: count(producerEpoch, "producerEpoch") };
    };
    return this.session.ask({ type: frameTypes.initProducerId, body: {}, name: "initProducerId", read }).answer;
  }

  /** A batch as it is sent, or why it is not. */
  #encode(batch: ProduceBatch): Encoded | ProduceResult {
    const { topic, partition } = batch;
    const refused = (code: TransportErrorCode, why: string): ProduceResult => {
      const error = kafkaError(code, place(topic, partition), { topic, partition, why });
      return { topic, partition, error };
    };
    if (batch.records.length === 0) return refused("INVALID_RECORD", "the batch has no records");
    const invalid = batch.records.map(invalidRecord).find((reason) => reason !== undefined);
    if (invalid !== undefined) return refused("INVALID_RECORD", invalid);
    const records = batch.records.map((record) => encodeRecord(record, 0n));
    const [bytes, most] = [byteLength(records), this.session.limits.maxProduceBytes];
    if (bytes > most)
      return refused("RECORD_TOO_LARGE", `the gateway takes ${most} bytes at a time, and these are ${bytes}`);
    return { batch, records };
  }
}

function isEncoded(one: Encoded | ProduceResult): one is Encoded {
  return "batch" in one;
}

function produceRequest(leader: number, part: readonly Encoded[], options: ProduceOptions): ProduceRequest {
  const { acks, timeoutMs, compression } = options;
  const batches = part.map(({ batch, records }) => {
    const { topic, partition, identity, baseSequence } = batch;
    return {
      topic,
      partition,
      producerId: identity === undefined ? undefined : String(identity.producerId),
      producerEpoch: identity?.producerEpoch,
      baseSequence,
      count: records.length,
      bytes: byteLength(records),
    };
  });
  return { leader, acks, timeoutMs: bounded(timeoutMs), compression, batches };
}

function readResults({ body }: Frame, part: readonly Encoded[]): ProduceResult[] {
  const results = list(fields(body, "an answer")["results"], "results", part.length);
  return part.map(({ batch }, at) => readResult(batch, results[at] ?? {}));
}

function readResult({ topic, partition }: ProduceBatch, item: Fields): ProduceResult {
  const error = itemError(item, place(topic, partition), { topic, partition });
  if (error !== undefined) return { topic, partition, error };
  const { timestamp } = item;
  const baseOffset = int64(item["baseOffset"], "baseOffset");
  if (timestamp === undefined) return { topic, partition, baseOffset };
  return { topic, partition, baseOffset, timestamp: count(timestamp, "timestamp", -Number.MAX_SAFE_INTEGER) };
}
