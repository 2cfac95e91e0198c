import type { BytesReader } from "./bytes-reader.ts";
import { byTopic, partitionKey } from "./by-topic.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** A record batch for a partition, encoded. */
export interface EncodedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: Uint8Array;
}

export interface ProducedPartition {
  readonly errorCode: number;
  readonly baseOffset: bigint;
  /** Milliseconds since 1970-01-01 UTC; -1 where records keep the time they were sent with. */
  readonly logAppendTime: number;
  /** What the log says about a batch that it refused, and about the records in it that were the reason. */
  readonly message: string | null;
}

/**
 * Appends batches; answers are by {@link partitionKey}. With `acks` 0 no answer comes.
 *
 * ```text
 * request   = transactional_id acks timeout_ms [topic] TAGS(9+)
 * topic     = name [index records TAGS(9+)] TAGS(9+)
 * response  = [topic] throttle_time_ms TAGS(9+)
 * topic     = name [partition] TAGS(9+)
 * partition = index error_code base_offset log_append_time_ms log_start_offset(5+)
 *             [batch_index message TAGS(9+)](8+) error_message(8+) TAGS(9+)
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
    size: batches.reduce((size, { bytes }) => size + bytes.length + 64, 256),
    write: (body) => {
      body.string(null).int16(acks).int32(timeoutMs);
      body.array(byTopic(batches), ({ topic, items }) => {
        body.string(topic);
        body.array(items, ({ partition, bytes }) => body.int32(partition).bytes(bytes).tags());
        body.tags();
      });
      body.tags();
    },
    unanswered: acks === 0 ? new Map() : undefined,
    read: (answer, version) => {
      const produced = new Map<string, ProducedPartition>();
      answer.array(() => {
        const topic = answer.string();
        answer.array(() => {
          const partition = answer.int32();
          produced.set(partitionKey(topic, partition), readPartition(answer, version));
        });
        answer.tags();
      });
      return produced;
    },
  };
}

function readPartition(answer: BytesReader, version: number): ProducedPartition {
  const errorCode = answer.int16();
  const baseOffset = answer.int64();
  const logAppendTime = Number(answer.int64());
  if (version >= 5) answer.int64();
  const message = version >= 8 ? readMessage(answer) : null;
  answer.tags();
  return { errorCode, baseOffset, logAppendTime, message };
}

/** What is said of the batch, and after it what is said of single records, by their places in it. */
function readMessage(answer: BytesReader): string | null {
  const records = answer.array(() => {
    const place = answer.int32();
    const why = answer.nullableString();
    answer.tags();
    return why === null ? `record ${place}` : `record ${place}: ${why}`;
  });
  const batch = answer.nullableString();
  const said = [...(batch === null ? [] : [batch]), ...records.slice(0, mostRecordsNamed)];
  if (records.length > mostRecordsNamed) said.push(`and ${records.length - mostRecordsNamed} more`);
  return said.length === 0 ? null : said.join("; ");
}

const mostRecordsNamed = 3;
