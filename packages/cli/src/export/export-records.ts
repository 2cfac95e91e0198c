import { DataQueueConsumer, partitionKey } from "@dataqueues/core";
import type { Message, TopicPartition } from "@dataqueues/core";

import { atPartitions } from "../arguments/read-range.ts";
import type { FromWord, UntilWord } from "../arguments/read-range.ts";
import { ValueReader } from "../formats/value-reader.ts";
import type { ValueReaderOptions } from "../formats/value-reader.ts";
import type { Host } from "../host/open-host.ts";
import type { Exporter } from "./exporter.ts";

/** Which records are exported. */
export interface ExportOptions extends Pick<ValueReaderOptions, "codec" | "schema"> {
  readonly host: Host;
  readonly partitions: readonly TopicPartition[];
  readonly from: FromWord;
  readonly until: UntilWord;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Exported) => void;
  /** Called with a record that was left out. */
  readonly onLeftOut: (place: string, reason: string) => void;
}

/** What was exported. */
export interface Exported {
  readonly records: number;
  /** The sum of the values' sizes. */
  readonly bytes: number;
  readonly leftOut: number;
}

/** How much is read ahead: files are written more slowly than topics are read. */
const maxBufferedBytes = 16 << 20;

/** Reads records partition by partition, so that the same records give the same file, and adds them to an export. */
export async function exportRecords(exporter: Exporter, options: ExportOptions): Promise<Exported> {
  const { host, partitions, from, until, signal, onProgress, onLeftOut } = options;
  const reader = new ValueReader(options);
  let [records, bytes, leftOut] = [0, 0, 0];
  await using consumer = new DataQueueConsumer(host.transport, {
    from: atPartitions(from, partitions),
    // An export has an end, also where the place to stop is still to come.
    until: until instanceof Date && until.getTime() <= Date.now() ? until : "end",
    maxBufferedBytes,
    connectTimeoutMs: host.connectTimeoutMs,
    onEvent: host.onEvent,
    signal,
  });
  for (const partition of partitions) {
    await consumer.assignTopics([partition]);
    // Tombstones are null, which core's type for bytes does not say.
    for await (const message of consumer as AsyncIterable<Message<Uint8Array | null>>) {
      if (typeof until === "bigint" && message.offset >= until) break;
      const { message: read, codecName: codec, error } = await reader.read(message);
      const { isAdded, reason } = await exporter.add({ message, value: read.value, codec, error });
      if (isAdded) {
        records += 1;
        bytes += message.value?.length ?? 0;
      } else if (reason !== undefined) {
        leftOut += 1;
        onLeftOut(`${partitionKey(message.topic, message.partition)} offset ${message.offset}`, reason);
      }
      onProgress({ records, bytes, leftOut });
    }
  }
  return { records, bytes, leftOut };
}
