import { kafkaError, kafkaErrorName, UnsupportedError } from "@dataqueues/core";
import type { ProduceBatch, ProduceOptions, ProduceResult, TransportErrorCode } from "@dataqueues/core";
import type { Cluster } from "./cluster.ts";
import { compress, compressionNumber } from "./compression.ts";
import { partitionKey, withoutRepeats } from "./protocol/by-topic.ts";
import { numberProblem } from "./protocol/field-limits.ts";
import { produceRequest } from "./protocol/produce.ts";
import type { EncodedBatch, ProducedPartition } from "./protocol/produce.ts";
import { encodeRecordBatch } from "./protocol/record-batch.ts";
import { encodeRecords } from "./protocol/records.ts";
import { batchProblem } from "./protocol/batch-problem.ts";

/**
 * Appends batches at one leader; one result for each, in the same order. A batch that the response leaves out has an error:
 * only a batch with a base offset was written. Without acknowledgements the base offset is -1.
 */
export async function produceBatches(
  cluster: Cluster,
  leader: number,
  batches: readonly ProduceBatch[],
  { acks, timeoutMs, compression }: ProduceOptions,
): Promise<ProduceResult[]> {
  const number = compressionNumber(compression);
  const replicasMs = Math.min(timeoutMs, cluster.requestTimeout);
  const problem = numberProblem("acks", acks, -1, 16) ?? numberProblem("timeoutMs", replicasMs);
  if (problem !== undefined) throw kafkaError("INVALID_REQUEST", "Produce", { why: problem });
  const results = new Map<ProduceBatch, ProduceResult>();
  const refuse = (batch: ProduceBatch, code: TransportErrorCode, why: string, cause?: unknown): void => {
    const { topic, partition } = batch;
    results.set(batch, {
      topic,
      partition,
      error: kafkaError(code, recordsFor(batch), { topic, partition, why, cause }),
    });
  };
  // All records are copied before anything is awaited, because the senders may then use their buffers again.
  const taken = new Map<ProduceBatch, Buffer>();
  for (const batch of batches) {
    const refused = batchProblem(batch);
    if (refused !== undefined) {
      refuse(batch, refused.code, refused.why);
      continue;
    }
    try {
      taken.set(batch, encodeRecords(batch.records));
    } catch (cause) {
      refuse(batch, "INVALID_RECORD", reasonOf(cause), cause);
    }
  }
  for (const group of withoutRepeats([...taken.keys()])) {
    const encoded: EncodedBatch[] = [];
    for (const batch of group) {
      const { topic, partition } = batch;
      try {
        const records = await compress(compression, taken.get(batch) ?? Buffer.alloc(0));
        encoded.push({ topic, partition, bytes: encodeRecordBatch(batch, number, records) });
      } catch (cause) {
        const code = cause instanceof UnsupportedError ? "UNSUPPORTED_COMPRESSION_TYPE" : "INVALID_RECORD";
        refuse(batch, code, reasonOf(cause), cause);
      }
    }
    if (encoded.length === 0) continue;
    const broker = await cluster.broker(leader);
    const request = produceRequest(encoded, acks, replicasMs);
    const produced = await broker.request(request, cluster.requestTimeout);
    for (const batch of group) {
      if (results.has(batch)) continue;
      const own = acks === 0 ? unacknowledged : produced.get(partitionKey(batch.topic, batch.partition));
      results.set(batch, produceResult(batch, own));
    }
  }
  return batches.map((batch) => results.get(batch) ?? produceResult(batch, undefined));
}

const unacknowledged: ProducedPartition = { errorCode: 0, baseOffset: -1n, logAppendTime: -1, message: null };

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function recordsFor({ topic, partition }: ProduceBatch): string {
  return `Records for ${topic} [${partition}]`;
}

function produceResult(batch: ProduceBatch, produced: ProducedPartition | undefined): ProduceResult {
  const { topic, partition } = batch;
  const what = recordsFor(batch);
  if (produced === undefined) {
    const why = "the response leaves them out";
    return { topic, partition, error: kafkaError("NETWORK_EXCEPTION", what, { topic, partition, why }) };
  }
  const { errorCode, baseOffset, logAppendTime, message: why } = produced;
  if (errorCode !== 0) {
    return { topic, partition, error: kafkaError(kafkaErrorName(errorCode), what, { topic, partition, why }) };
  }
  if (logAppendTime < 0) return { topic, partition, baseOffset };
  return { topic, partition, baseOffset, timestamp: logAppendTime };
}
