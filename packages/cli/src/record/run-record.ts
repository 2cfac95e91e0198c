import { existsSync } from "node:fs";
import type { DataQueueEvent } from "@dataqueues/core";
import { recording, recordTopics } from "@dataqueues/recording";
import type { RecordedTopics } from "@dataqueues/recording";

import { atPartitions, parseFrom, parseUntil } from "../arguments/read-range.ts";
import { parseTopics } from "../arguments/topic-selection.ts";
import type { TopicSelection } from "../arguments/topic-selection.ts";
import { topicsSpec } from "../arguments/topics-spec.ts";
import { findPartitions } from "../host/find-partitions.ts";
import { openHost } from "../host/open-host.ts";
import type { HostOptions } from "../host/open-host.ts";
import { countOf, formatBytes } from "../print/quantities.ts";
import type { Output } from "../terminal/output.ts";
import { ProgressLine } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { UsageError } from "../usage-error.ts";

/** The options of `record`, as they were written. */
export interface RecordWords extends HostOptions {
  readonly output?: string | undefined;
  readonly overwrite?: boolean | undefined;
  readonly from: string;
  readonly until?: string | undefined;
}

/** Records topics into a file. */
export async function runRecord(words: readonly string[], options: RecordWords, terminal: Terminal): Promise<void> {
  const { stdout, stderr, signal } = terminal;
  const from = parseFrom(options.from);
  const until = options.until === undefined ? undefined : parseUntil(options.until);
  const asked = parseTopics(words);
  const host = await openHost(options, terminal);
  const topics = words.length === 0 && host.topic !== undefined ? [host.topic] : words;
  if (topics.length === 0) throw new UsageError("name the topics to record, or a pattern such as 'amp*'");
  const selection = words.length === 0 ? parseTopics(topics) : asked;
  const path = options.output ?? defaultName(selection);
  if (path !== "-" && options.overwrite !== true && existsSync(path))
    throw new UsageError(`${path} exists already: choose another name with -o, or add --overwrite`);
  // A recording that goes on waits for topics that do not exist yet. Offsets are for partitions that exist.
  const isBounded = until !== undefined || typeof from === "bigint";
  const partitions = isBounded ? await findPartitions(host, { topics, signal }) : [];
  if (until === undefined) await stderr.write(`recording into ${path === "-" ? "stdout" : path} until Ctrl-C\n`);
  const progress = new ProgressLine(stderr, "recorded");
  const recorded = await recordTopics({
    transport: host.transport,
    topics: topicsSpec(selection),
    file: path === "-" ? toOutput(stdout) : path,
    overwrite: options.overwrite,
    from: atPartitions(from, partitions),
    until: until === undefined ? undefined : atPartitions(until, partitions),
    signal,
    onProgress: ({ records, recordBytes }) => progress.update({ records, bytes: Number(recordBytes) }),
    onEvent: (event) => {
      host.onEvent(event);
      const line = lostLine(event);
      if (line === undefined) return;
      progress.clear();
      void stderr.write(`${line}\n`);
    },
  });
  progress.clear();
  await stderr.write(await endLine(recorded, path));
  // With a bound, Ctrl-C came before all was recorded.
  if (until !== undefined) signal.throwIfAborted();
}

/** What a recording lacks, or waits for. */
function lostLine(event: DataQueueEvent): string | undefined {
  switch (event.type) {
    case "offsetOutOfRange": {
      const { topic, partition, lostFrom, lostTo } = event;
      return `${topic}/${partition}: Kafka deleted offsets ${lostFrom} to ${lostTo - 1n} before they could be recorded`;
    }
    case "topicMissing":
      return `there is no topic ${event.topic} yet: it is waited for`;
    case "topicRecreated":
      return `topic ${event.topic} was deleted and created again: the new one is recorded from its first record on`;
    default:
      return undefined;
  }
}

async function endLine({ records, bytes, recordBytes }: RecordedTopics, path: string): Promise<string> {
  const what = `recorded ${countOf(records, "record")} (${formatBytes(Number(recordBytes))})`;
  if (path === "-") return `${what}, ${formatBytes(Number(bytes))} as a file\n`;
  const { topics } = await recording(path).info();
  return `${what} of ${countOf(topics.length, "topic")} into ${path} (${formatBytes(Number(bytes))})\n`;
}

/** The topic's name and the time; colons are no part of a file's name everywhere. */
function defaultName({ names, patterns }: TopicSelection): string {
  const [only] = names;
  const name = only !== undefined && names.length === 1 && patterns.length === 0 ? only : "recording";
  return `${name}-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}Z.mcap`;
}

/** A recording for a pipe. */
function toOutput(output: Output): { write(bytes: Uint8Array): Promise<void>; position(): bigint } {
  let position = 0n;
  return {
    async write(bytes) {
      position += BigInt(bytes.length);
      // Whoever writes may use the memory again.
      await output.write(new Uint8Array(bytes));
    },
    position: () => position,
  };
}
