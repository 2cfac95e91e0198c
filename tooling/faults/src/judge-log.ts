import { runPython } from "@dataqueues/tooling-python";

import type { Ledger } from "./ledger.ts";

/** What another client, reading every topic from its start to its end, finds there. All but the last three are counts. */
export interface LogVerdict {
  /** Records in the log. */
  readonly records: number;
  /** Acknowledged, and not there. */
  readonly lost: number;
  /** There more than once. */
  readonly duplicated: number;
  /** Places where a record stands before one that the same sender sent earlier. */
  readonly outOfOrder: number;
  /** Payloads that nobody sent like this, or sent to another topic. */
  readonly corrupt: number;
  /** Acknowledged with another partition or offset than where they are. */
  readonly misplaced: number;
  /** Rejected as refused, and there all the same. */
  readonly refusedYetThere: number;
  /** Acknowledged at an offset that the log has deleted since. */
  readonly expired: number;
  /** Acknowledged without an offset: the log had them already when they were sent again. */
  readonly withoutOffset: number;
  /** Of those rejected without certainty. */
  readonly unknownWritten: number;
  readonly unknownMissing: number;
  /** The first few of each kind, in words. */
  readonly examples: readonly string[];
  /** The offset after the last record, and the first offset, by topic and partition. */
  readonly ends: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly starts: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Has the ledger's topics read and judged by Python's aiokafka, on which nothing of this library has a hold. */
export async function judgeLog(servers: readonly string[], ledger: Ledger): Promise<LogVerdict> {
  const output = await runPython("judge_log.py", [servers.join(",")], { input: ledger.lines(), timeoutMs: 600_000 });
  return JSON.parse(output);
}

/** The same for records that were read already, a line for each: topic, partition, offset, value in hexadecimal. */
export async function judgeRecords(ledger: Ledger, records: string): Promise<LogVerdict> {
  const input = `${ledger.lines()}\n-\n${records}`;
  const output = await runPython("judge_log.py", ["-"], { input, timeoutMs: 600_000 });
  return JSON.parse(output);
}

/** The promises that a verdict finds broken, in words. */
export function brokenInLog(verdict: LogVerdict): string[] {
  const kinds = [
    [verdict.lost, "acknowledged and lost"],
    [verdict.duplicated, "in the log more than once"],
    [verdict.outOfOrder, "out of order"],
    [verdict.corrupt, "corrupt or in the wrong topic"],
    [verdict.misplaced, "not where their acknowledgement said"],
    [verdict.refusedYetThere, "refused and yet in the log"],
  ] as const;
  const broken = kinds.filter(([count]) => count > 0).map(([count, what]) => `${count} messages ${what}`);
  return broken.length === 0 ? [] : [...broken, ...verdict.examples];
}
