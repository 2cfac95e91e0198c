import type { LogDirQuery } from "@dataqueues/core";
import { byTopic, partitionKey } from "./by-topic.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** Error code and bytes of each partition, by {@link partitionKey}. */
export type PartitionSizes = ReadonlyMap<string, { readonly errorCode: number; readonly size: number }>;

/** What is said of a partition whose log is in none of the broker's directories. */
const notLeaderOrFollower = 6;
/** Who may not ask gets no directories at all; the error itself only from version 3 on. */
const clusterAuthorizationFailed = 31;

/**
 * Asks a broker how many bytes its logs of partitions take. A log that is being moved to another directory, and will replace the
 * one that is in use, is left out.
 *
 * ```text
 * DescribeLogDirs Request (Versions: 1-3) => [topics] _tagged_fields(2+)
 *   topics => topic [partitions] _tagged_fields(2+)
 *     partitions => INT32
 *
 * DescribeLogDirs Response (Versions: 1-3) => throttle_time_ms error_code(3+) [results] _tagged_fields(2+)
 *   results => error_code log_dir [topics] _tagged_fields(2+)
 *     topics => name [partitions] _tagged_fields(2+)
 *       partitions => partition_index partition_size offset_lag is_future_key _tagged_fields(2+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_DescribeLogDirs
 */
export function describeLogDirsRequest(partitions: readonly LogDirQuery[]): KafkaRequest<PartitionSizes> {
  return {
    api: kafkaApis.describeLogDirs,
    write: (request) => {
      request.structs(byTopic(partitions), ({ topic, items }) => {
        request.string(topic);
        request.array(items, ({ partition }) => request.int32(partition));
      });
      request.taggedFields();
    },
    read: (response, version) => {
      response.int32(); // throttle_time_ms
      const errorCode = version >= 3 ? response.int16() : 0;
      const sizes = new Map<string, { errorCode: number; size: number }>();
      const dirErrors = response.structs(() => {
        const dirError = response.int16();
        response.string(); // log_dir
        response.structs(() => {
          const topic = response.string();
          response.structs(() => {
            const partition = response.int32();
            const size = Number(response.int64());
            response.int64(); // offset_lag
            const isFuture = response.boolean();
            if (!isFuture) sizes.set(partitionKey(topic, partition), { errorCode: dirError, size });
          });
        });
        return dirError;
      });
      // A directory that cannot be read does not say which logs it has.
      const brokenDir = dirErrors.find((code) => code !== 0) ?? notLeaderOrFollower;
      const missing = errorCode !== 0 ? errorCode : dirErrors.length === 0 ? clusterAuthorizationFailed : brokenDir;
      for (const { topic, partition } of partitions) {
        const key = partitionKey(topic, partition);
        if (!sizes.has(key)) sizes.set(key, { errorCode: missing, size: -1 });
      }
      return sizes;
    },
  };
}
