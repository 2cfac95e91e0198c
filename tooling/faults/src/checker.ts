import { runPython } from "@dataqueues/tooling-python";

import type { History } from "./history.ts";
import type { NemesisResult } from "./nemesis.ts";

/** What the checker found in the log. All but `examples`, `ends` and `starts` are counts of messages. */
export interface CheckResult {
  /** Records in the log. */
  readonly records: number;
  /** Acknowledged, but not in the log. */
  readonly lost: number;
  /** In the log more than once. */
  readonly duplicated: number;
  /** In the log after a message that the same sender sent later. */
  readonly outOfOrder: number;
  /** Payloads that nobody sent like this, or that were sent to another topic. */
  readonly corrupt: number;
  /** At another partition or offset than their acknowledgement said. */
  readonly misplaced: number;
  /** In the log although the send was refused. */
  readonly refusedYetThere: number;
  /** Acknowledged at an offset that the log has deleted since. */
  readonly expired: number;
  /** Acknowledged without an offset: the log already had them when they were sent again. */
  readonly withoutOffset: number;
  /** Sends with an unknown outcome whose message is in the log. */
  readonly unknownWritten: number;
  /** Sends with an unknown outcome whose message is not in the log. */
  readonly unknownMissing: number;
  /** The first few of each kind, in words. */
  readonly examples: readonly string[];
  /** The offset after the last record, by topic and partition. */
  readonly ends: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The first offset, by topic and partition. */
  readonly starts: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Compares a Kafka with the history. Python's aiokafka reads it, so that no code of this library checks itself. */
export async function checkLog(servers: readonly string[], history: History): Promise<CheckResult> {
  const output = await runPython("check_log.py", [servers.join(",")], { input: history.lines(), timeoutMs: 600_000 });
  return JSON.parse(output);
}

/** Does the same with records that were read already, one per line: topic, partition, offset, value in hexadecimal. */
export async function checkRecords(history: History, records: string): Promise<CheckResult> {
  const input = `${history.lines()}\n-\n${records}`;
  const output = await runPython("check_log.py", ["-"], { input, timeoutMs: 600_000 });
  return JSON.parse(output);
}

/** The promises that a check found broken, in words. */
export function brokenInLog(checked: CheckResult): string[] {
  const kinds = [
    [checked.lost, "acknowledged and lost"],
    [checked.duplicated, "in the log more than once"],
    [checked.outOfOrder, "out of order"],
    [checked.corrupt, "corrupt or in the wrong topic"],
    [checked.misplaced, "not where their acknowledgement said"],
    [checked.refusedYetThere, "refused and yet in the log"],
  ] as const;
  const broken = kinds.filter(([count]) => count > 0).map(([count, what]) => `${count} messages ${what}`);
  return broken.length === 0 ? [] : [...broken, ...checked.examples];
}

/** The counts that a row of the report takes from the history and from the check. */
export function checkedCounts(
  { acknowledged, rejected }: History,
  { lost, duplicated, outOfOrder }: CheckResult,
): Pick<NemesisResult, "acknowledged" | "rejected" | "lost" | "duplicated" | "outOfOrder"> {
  return { acknowledged, rejected, lost, duplicated, outOfOrder };
}
