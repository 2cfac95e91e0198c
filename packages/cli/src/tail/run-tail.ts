import { DataQueueConsumer, isRetriable, TransportError } from "@dataqueues/core";
import type { ConsumerOptions, DataQueueEvent } from "@dataqueues/core";

import { parsePartitions } from "../arguments/parse-partitions.ts";
import { atPartitions, parseFrom, parseUntil } from "../arguments/read-range.ts";
import type { FromWord, UntilWord } from "../arguments/read-range.ts";
import { parseTopics } from "../arguments/topic-selection.ts";
import { topicsSpec } from "../arguments/topics-spec.ts";
import { findPartitions } from "../host/find-partitions.ts";
import type { HostOptions } from "../host/host-options.ts";
import { openHost } from "../host/open-host.ts";
import type { Host } from "../host/open-host.ts";
import { errorLine } from "../print/error-line.ts";
import { countOf } from "../print/quantities.ts";
import { safeText } from "../print/safe-text.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { openPrinter } from "./message-printer.ts";
import type { PrinterOptions } from "./message-printer.ts";

/** The options of `dataqueues tail`. */
export interface TailOptions extends HostOptions, PrinterOptions {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly limit?: string | undefined;
  readonly partitions?: string | undefined;
  readonly latest?: "partition" | "key" | undefined;
}

/** How many of the newest messages are shown before new ones are waited for, as `tail` does with lines. */
const newest = 10;

/** Shows the messages of topics until they end, or for ever. */
export async function runTail(words: readonly string[], options: TailOptions, terminal: Terminal): Promise<void> {
  const limit = limitOf(options.limit);
  const until = options.until === undefined ? undefined : parseUntil(options.until);
  const from = options.from === undefined ? defaultFrom(options, limit) : parseFrom(options.from);
  const partitions = options.partitions === undefined ? undefined : parsePartitions(options.partitions);
  parseTopics(words);
  const printer = await openPrinter(options, terminal);
  const host = await openHost(options, terminal);
  const topics = words.length === 0 && host.topic !== undefined ? [host.topic] : words;
  if (topics.length === 0)
    throw new UsageError("tail needs a topic: dataqueues tail TOPIC; dataqueues topics lists them");
  await using consumer = await subscribe(host, { topics, partitions, from, until, latest: options.latest }, terminal);
  let count = 0;
  const show = async (): Promise<void> => {
    if (limit === 0) return;
    for await (const message of consumer) {
      await printer.print(message);
      count += 1;
      if (count === limit) return;
    }
  };
  try {
    await showAll(show, { isFollowing: until === undefined, terminal });
  } finally {
    const { badRecords } = printer;
    if (badRecords > 0)
      await terminal.stderr.write(`${countOf(badRecords, "message")} of ${count} could not be read\n`);
  }
  if (count === 0 && until !== undefined)
    await terminal.stderr.write(`no messages in ${topics.map(safeText).join(" ")}\n`);
}

interface Wanted {
  readonly topics: readonly string[];
  readonly partitions: readonly number[] | undefined;
  readonly from: FromWord;
  readonly until: UntilWord | undefined;
  readonly latest?: "partition" | "key" | undefined;
}

/** A consumer of what is wanted. It reads bytes: a record that cannot be read is shown all the same. */
async function subscribe(
  host: Host,
  { topics, partitions, from, until, latest }: Wanted,
  { signal, stderr }: Terminal,
): Promise<DataQueueConsumer<Uint8Array | null>> {
  // What is to end has to exist; what is followed may appear later, unless its partitions have to be known.
  const isKnown = until !== undefined || partitions !== undefined || typeof from === "bigint";
  const pairs = isKnown ? await findPartitions(host, { topics, partitions, signal }) : [];
  const told = new Set<string>();
  const onEvent = (event: DataQueueEvent): void => {
    host.onEvent(event);
    if (event.type !== "topicMissing" || told.has(event.topic)) return;
    told.add(event.topic);
    void stderr.write(`waiting for topic ${safeText(event.topic)}, which does not exist yet\n`);
  };
  const { transport, connectTimeoutMs } = host;
  const options: ConsumerOptions<Uint8Array | null> = { connectTimeoutMs, onEvent, signal, latest };
  const consumer = new DataQueueConsumer<Uint8Array | null>(transport, {
    ...options,
    topics: isKnown ? undefined : topicsSpec(parseTopics(topics)),
    from: atPartitions(from, pairs),
    until: until === undefined ? undefined : atPartitions(until, pairs),
  });
  if (!isKnown) return consumer;
  try {
    await consumer.assignTopics(pairs);
    return consumer;
  } catch (error) {
    await consumer.close();
    throw error;
  }
}

/** Shows messages until they end. Whoever follows a log waits while it is away, once it was there. */
async function showAll(
  show: () => Promise<void>,
  { isFollowing, terminal: { signal, stderr } }: { readonly isFollowing: boolean; readonly terminal: Terminal },
): Promise<void> {
  for (;;) {
    try {
      return await show();
    } catch (error) {
      if (!isFollowing) throw error;
      // Ctrl-C is how it ends.
      if (signal.aborted) return;
      if (!(error instanceof TransportError) || !isRetriable(error.code)) throw error;
      await stderr.write(`${errorLine(error)}; waiting\n`);
    }
  }
}

function defaultFrom({ until, latest }: TailOptions, limit: number): FromWord {
  if (until !== undefined) return "earliest";
  return { last: latest === undefined ? Math.max(Math.min(newest, limit), 1) : 1 };
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`--limit ${text}: write a whole number from 0 on`);
}
