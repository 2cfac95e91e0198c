import { byTopic, partitionKey } from "./by-topic.ts";
import type { BytesReader } from "./bytes-reader.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** Room for the fields of a request and of each of its partitions, besides the batches themselves. */
const requestOverhead = 256;
const partitionOverhead = 64;

/** A record batch for a partition, encoded. */
export interface EncodedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: Uint8Array;
}

/** What a produce response says of one partition. */
export interface ProducedPartition {
  readonly errorCode: number;
  readonly baseOffset: bigint;
  /** Milliseconds since 1970-01-01 UTC; -1 if the topic keeps the producers' timestamps. */
  readonly logAppendTime: number;
  /** Why the broker rejected the batch, and which of its records were the reason. */
  readonly message: string | null;
}

/**
 * Appends batches. The results are by {@link partitionKey}. With `acks` 0 the broker sends no response.
 *
 * ```text
 * Produce Request (Versions: 3-9) => transactional_id acks timeout_ms [topic_data] _tagged_fields(9+)
 *   topic_data => name [partition_data] _tagged_fields(9+)
 *     partition_data => index records _tagged_fields(9+)
 *
 * Produce Response (Versions: 3-9) => [responses] throttle_time_ms _tagged_fields(9+)
 *   responses => name [partition_responses] _tagged_fields(9+)
 *     partition_responses => index error_code base_offset log_append_time_ms log_start_offset(5+) [record_errors](8+)
 *         error_message(8+) _tagged_fields(9+)
 *       record_errors => batch_index batch_index_error_message _tagged_fields(9+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_Produce
 */
export function produceRequest(
  batches: readonly EncodedBatch[],
  acks: number,
  timeoutMs: number,
): KafkaRequest<ReadonlyMap<string, ProducedPartition>> {
  return {
    api: kafkaApis.produce,
    size: batches.reduce((size, { bytes }) => size + bytes.length + partitionOverhead, requestOverhead),
    write: (request) => {
      request.string(null); // transactional_id
      request.int16(acks);
      request.int32(timeoutMs);
      request.structs(byTopic(batches), ({ topic, items }) => {
        request.string(topic);
        request.structs(items, ({ partition, bytes }) => {
          request.int32(partition);
          request.bytes(bytes);
        });
      });
      request.taggedFields();
    },
    noResponse: acks === 0 ? new Map() : undefined,
    read: (response, version) => {
      const produced = new Map<string, ProducedPartition>();
      response.structs(() => {
        const topic = response.string();
        response.structs(() => {
          const partition = response.int32();
          produced.set(partitionKey(topic, partition), readPartition(response, version));
        });
      });
      return produced;
    },
  };
}

function readPartition(response: BytesReader, version: number): ProducedPartition {
  const errorCode = response.int16();
  const baseOffset = response.int64();
  const logAppendTime = Number(response.int64());
  if (version >= 5) response.int64(); // log_start_offset
  const message = version >= 8 ? readMessage(response) : null;
  return { errorCode, baseOffset, logAppendTime, message };
}

const maxRecordsNamed = 3;

/** One sentence of the batch's error message and those of its first rejected records. */
function readMessage(response: BytesReader): string | null {
  const recordErrors = response.structs(() => {
    const batchIndex = response.int32();
    const message = response.nullableString();
    return message === null ? `record ${batchIndex}` : `record ${batchIndex}: ${message}`;
  });
  const errorMessage = response.nullableString();
  const parts = [...(errorMessage === null ? [] : [errorMessage]), ...recordErrors.slice(0, maxRecordsNamed)];
  if (recordErrors.length > maxRecordsNamed) parts.push(`and ${recordErrors.length - maxRecordsNamed} more`);
  return parts.length === 0 ? null : parts.join("; ");
}
