import { partitionKey } from "@dataqueues/core";

import { damaged } from "./mcap-record.ts";
import type { OffsetRun } from "./offset-index.ts";
import { OffsetRuns } from "./offset-runs.ts";
import { readSummary } from "./read-summary.ts";
import type { Summary } from "./read-summary.ts";
import { peekOffset, peekTimestamp, recordDataBytes } from "./record-data.ts";
import type { RecordedChannel } from "./recorded-channel.ts";
import type { RecordingReader } from "./recording-reader.ts";

/** A partition of a recording: where in the file its records are. */
export interface PartitionIndex {
  readonly partition: number;
  /** In the order of the file. */
  readonly runs: OffsetRun[];
  /** The first run whose offsets do not go on after those before it: the topic was deleted and created again. */
  restart: OffsetRun | undefined;
}

/** Where in a file which records are. */
export interface RecordingIndex {
  readonly isComplete: boolean;
  /** The file's size. */
  readonly bytes: number;
  readonly channels: ReadonlyMap<number, RecordedChannel>;
  /** By topic, and then by partition in rising order. */
  readonly topics: ReadonlyMap<string, ReadonlyMap<number, PartitionIndex>>;
  readonly configs: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** Reads the index at the end of a recording. Without one that fits to the chunks it goes through the whole file. */
export async function indexRecording(reader: RecordingReader): Promise<RecordingIndex> {
  const summary = await readSummary(reader);
  reader.checkEncodings();
  const runs = trustedRuns(reader, summary) ?? (await scan(reader, summary));
  const { file, hasEnd, channels, configs } = reader;
  return { isComplete: hasEnd, bytes: file.size, channels, topics: byTopic(reader, runs), configs };
}

/** The runs of the index in the file, unless another program has changed the chunks since. */
function trustedRuns({ channels }: RecordingReader, summary: Summary | undefined): readonly OffsetRun[] | undefined {
  if (summary?.runs === undefined) return undefined;
  const starts = new Set<number>();
  let records = 0;
  for (const run of summary.runs) {
    if (run.last < run.first || run.records === 0 || (channels.get(run.channelId)?.partition ?? -1) < 0)
      return undefined;
    starts.add(run.chunkStart);
    records += run.records;
  }
  const { chunkStarts, messageCount } = summary;
  const isSame = starts.size === chunkStarts.size && [...starts].every((start) => chunkStarts.has(start));
  return isSame && records === messageCount ? summary.runs : undefined;
}

async function scan(reader: RecordingReader, summary: Summary | undefined): Promise<readonly OffsetRun[]> {
  const runs = new OffsetRuns();
  for await (const { start, messages } of reader.blocks(summary)) {
    for (const { channelId, channel, at, data } of messages) {
      if (data.length < recordDataBytes) throw damaged(reader.file.name, at, "a message holds no record");
      const record = { offset: peekOffset(data), timestamp: peekTimestamp(data) };
      runs.add(channelId, record, partitionKey(channel.topic, channel.partition));
    }
    runs.endChunk(start);
  }
  return runs.take();
}

function byTopic({ channels }: RecordingReader, runs: readonly OffsetRun[]): Map<string, Map<number, PartitionIndex>> {
  const topics = new Map<string, Map<number, PartitionIndex>>();
  const partitionOf = ({ topic, partition }: RecordedChannel): PartitionIndex => {
    const partitions = topics.get(topic) ?? new Map<number, PartitionIndex>();
    topics.set(topic, partitions);
    const index = partitions.get(partition) ?? { partition, runs: [], restart: undefined };
    partitions.set(partition, index);
    return index;
  };
  for (const channel of channels.values()) if (channel.partition >= 0) partitionOf(channel);
  for (const run of runs) {
    const channel = channels.get(run.channelId);
    if (channel === undefined) continue;
    const index = partitionOf(channel);
    const before = index.runs.at(-1);
    if (before !== undefined && run.first <= before.last) index.restart ??= run;
    index.runs.push(run);
  }
  for (const [topic, partitions] of topics) {
    topics.set(topic, new Map([...partitions].toSorted(([one], [other]) => one - other)));
  }
  return topics;
}

/** The first offset; 0 without records. */
export function startOf({ runs: [first] }: PartitionIndex): bigint {
  return first?.first ?? 0n;
}

/** The offset after the last one; 0 without records. */
export function endOf({ runs }: PartitionIndex): bigint {
  return (runs.at(-1)?.last ?? -1n) + 1n;
}
