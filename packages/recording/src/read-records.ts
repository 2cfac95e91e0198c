import type { LogRecord } from "@dataqueues/core";

import { damaged } from "./mcap-record.ts";
import { readSummary } from "./read-summary.ts";
import { decodeRecordData } from "./record-data.ts";
import type { RecordingFile } from "./recording-file.ts";
import { RecordingReader } from "./recording-reader.ts";

/** A record of a recording, and where it was. */
export interface PlacedRecord {
  readonly topic: string;
  readonly partition: number;
  /** Its bytes are views of a larger part of the file, some MB, which stays in memory with them. */
  readonly record: LogRecord;
}

/**
 * The records in the order in which they were recorded, one part of the file in memory at a time. A file that was cut gives
 * those up to there.
 *
 * @throws DataQueueError for a file that cannot be read (`RECORDING_READ_FAILED`), is damaged (`RECORDING_DAMAGED`; the
 *   message names the place) or is none of ours (`NOT_A_RECORDING`); the signal's reason when that aborts
 */
export async function* readRecords(
  file: RecordingFile,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<PlacedRecord, void, void> {
  const reader = await RecordingReader.open(file);
  try {
    for await (const { messages } of reader.blocks(await readSummary(reader))) {
      for (const { channel, at, data } of messages) {
        signal?.throwIfAborted();
        yield { topic: channel.topic, partition: channel.partition, record: decodeAt(reader, at, data) };
      }
    }
  } finally {
    await reader.file.close();
  }
}

/** Decodes a message's data; an error names the file and the place in it. */
export function decodeAt({ file }: RecordingReader, at: number, data: Uint8Array): LogRecord {
  try {
    return decodeRecordData(data);
  } catch (error) {
    throw damaged(file.name, at, "a message holds no record", error);
  }
}
