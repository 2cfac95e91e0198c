import { DataQueueAdmin } from "@dataqueues/admin";
import { delay, partitionKey, TransportError, unlessAborted } from "@dataqueues/core";

import { parseDuration } from "../arguments/parse-duration.ts";
import { parseInteger } from "../arguments/parse-integer.ts";
import { parseTopics } from "../arguments/topic-selection.ts";
import { openHost } from "../host/open-host.ts";
import type { HostOptions } from "../host/open-host.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { LogSampler } from "./log-sampler.ts";
import type { LogSample } from "./log-sampler.ts";
import { StatDisplay } from "./stat-display.ts";
import { partitionRows, topicRows } from "./stat-rows.ts";
import type { GroupLag } from "./stat-rows.ts";

/** The options of `dataqueues stat`, as they were written. */
export interface StatOptions extends HostOptions {
  readonly partitions?: boolean | undefined;
  readonly group?: readonly string[] | undefined;
  readonly interval: string;
  readonly count?: string | undefined;
  readonly json?: boolean | undefined;
}

/** How long a broker may take to answer before the table says that it does not. */
const timeoutMs = 5_000;

/** Shows what arrives, again and again, until it was shown `count` times or the terminal's signal aborts. */
export async function runStat(words: readonly string[], options: StatOptions, terminal: Terminal): Promise<void> {
  const intervalMs = parseDuration("--interval", options.interval);
  const count =
    options.count === undefined ? Infinity : parseInteger("--count", options.count, 1, Number.MAX_SAFE_INTEGER);
  const selection = parseTopics(words);
  const { partitions = false, group: groups = [], json = false } = options;
  const { transport, name, topic } = await openHost(options, terminal);
  const topics = words.length === 0 && topic !== undefined ? parseTopics([topic]) : selection;
  if (groups.length > 0 && !transport.capabilities.groups) {
    throw new UsageError(`${name} has no groups: leave --group out, or name Kafka itself with --host`);
  }
  const { signal } = terminal;
  const sampler = new LogSampler(transport, topics, timeoutMs);
  const admin =
    groups.length === 0 ? undefined : new DataQueueAdmin(transport, { timeoutMs, connectTimeoutMs: timeoutMs });
  const display = new StatDisplay(terminal, name, { partitions, groups, json });
  try {
    let before: LogSample | undefined;
    for (let shown = 0; ;) {
      const startedAt = performance.now();
      try {
        const [now, ...lags] = await unlessAborted(
          Promise.all([sampler.sample(), ...groups.map((group) => lagOf(admin, group))]),
          signal,
        );
        const rows = partitionRows(before, now, lags);
        await display.show(partitions ? rows : topicRows(rows), before !== undefined);
        if (before !== undefined) shown += 1;
        before = now;
      } catch (error) {
        // A broker that was there before is waited for.
        if (!(error instanceof TransportError && error.retriable && sampler.reached)) throw error;
        await display.showOutage(error);
      }
      if (shown >= count) return;
      await delay(Math.max(0, intervalMs - (performance.now() - startedAt)), signal);
    }
  } catch (error) {
    // Ctrl-C is how it ends.
    if (!signal.aborted) throw error;
  } finally {
    display.end();
    sampler.close();
    await admin?.close();
  }
}

/** How far a group is behind, in all partitions in which it has committed an offset. */
async function lagOf(admin: DataQueueAdmin | undefined, group: string): Promise<GroupLag> {
  const offsets = (await admin?.groupOffsets(group)) ?? [];
  return new Map(
    offsets.flatMap(({ topic, partition, lag }) =>
      lag === undefined ? [] : [[partitionKey(topic, partition), lag] as const],
    ),
  );
}
