import { recording, replay } from "@dataqueues/recording";
import type { RecordingInfo, Replayed } from "@dataqueues/recording";

import { openHost } from "../host/open-host.ts";
import type { HostOptions } from "../host/open-host.ts";
import { countOf, formatBytes } from "../print/quantities.ts";
import { numberColumn, safeTable } from "../print/safe-lines.ts";
import { ProgressLine } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { UsageError } from "../usage-error.ts";

/** The options of `replay`, as they were written. */
export interface ReplayWords extends HostOptions {
  readonly speed: string;
  readonly topic: readonly string[];
  readonly now?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

type RecordedTopic = RecordingInfo["topics"][number];

/** Sends a recording's records again. */
export async function runReplay(file: string, options: ReplayWords, terminal: Terminal): Promise<void> {
  const { stdout, stderr, signal } = terminal;
  const speed = parseSpeed(options.speed);
  const renames = options.topic.map(parseTopic);
  const info = await recording(file).info();
  if (!info.isComplete) await stderr.write(`${file} was cut: it has no end. Its records up to there are replayed\n`);
  const topics = chooseTopics(file, info, renames);
  const chosen = info.topics.filter(({ topic }) => topics.has(topic));
  if (options.dryRun === true) {
    await stdout.write(listTopics(chosen, topics));
    return;
  }
  const host = await openHost(options, terminal);
  const progress = new ProgressLine(stderr, "replayed");
  let done: Replayed = { records: 0, recordBytes: 0n, part: 0 };
  const endLine = (): string => {
    const what = `replayed ${countOf(done.records, "record")} (${formatBytes(Number(done.recordBytes))})`;
    return `${what} of ${countOf(chosen.length, "topic")} to ${host.name}\n`;
  };
  try {
    done = await replay({
      file,
      transport: host.transport,
      speed,
      topics: Object.fromEntries(topics),
      keepTimestamps: options.now !== true,
      signal,
      onProgress: (replayed) => {
        done = replayed;
        const { records, recordBytes, part } = replayed;
        progress.update({ records, bytes: Number(recordBytes), part });
      },
      onEvent: host.onEvent,
    });
  } finally {
    progress.clear();
    await stderr.write(endLine());
  }
}

function parseSpeed(text: string): number | "max" {
  if (text === "max") return text;
  const speed = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
  if (speed > 0) return speed;
  throw new UsageError(`--speed ${text}: write a factor above 0, such as 0.5 or 10, or max`);
}

/** Reads `amplitude`, or `amplitude=again` for a topic that gets another name. */
function parseTopic(text: string): [from: string, to: string] {
  const [, from, to = from] = /^([^=]+)(?:=([^=]+))?$/.exec(text) ?? [];
  if (from === undefined || to === undefined)
    throw new UsageError(`--topic ${text}: write a topic, or amplitude=again for another name`);
  return [from, to];
}

/** The new names of the topics that are replayed. */
function chooseTopics(
  file: string,
  { topics }: RecordingInfo,
  renames: readonly (readonly [from: string, to: string])[],
): ReadonlyMap<string, string> {
  if (renames.length === 0) return new Map(topics.map(({ topic }) => [topic, topic]));
  const missing = renames.find(([from]) => !topics.some(({ topic }) => topic === from));
  if (missing === undefined) return new Map(renames);
  const names = topics.map(({ topic }) => topic).join(", ") || "no topic";
  throw new UsageError(`--topic ${missing[0]}: ${file} has no such topic, but ${names}`);
}

function recordsOf({ partitions }: RecordedTopic): number {
  return partitions.reduce((sum, { records }) => sum + records, 0);
}

function listTopics(topics: readonly RecordedTopic[], names: ReadonlyMap<string, string>): string {
  const timeOf = (times: readonly (number | undefined)[], choose: (...times: number[]) => number): string => {
    const known = times.filter((time) => time !== undefined);
    const time = new Date(choose(...known));
    return known.length === 0 ? "-" : Number.isNaN(time.getTime()) ? String(choose(...known)) : time.toISOString();
  };
  return safeTable(
    [
      { title: "topic" },
      { title: "sent to" },
      numberColumn("partitions"),
      numberColumn("records"),
      { title: "first" },
      { title: "last" },
    ],
    topics.map((topic) => [
      topic.topic,
      names.get(topic.topic) ?? topic.topic,
      String(topic.partitions.length),
      String(recordsOf(topic)),
      timeOf(
        topic.partitions.map(({ firstTimestamp }) => firstTimestamp),
        Math.min,
      ),
      timeOf(
        topic.partitions.map(({ lastTimestamp }) => lastTimestamp),
        Math.max,
      ),
    ]),
  );
}
