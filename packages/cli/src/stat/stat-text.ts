import { cell, jsonNumber } from "../print/cell.ts";
import { formatAge } from "../print/format-age.ts";
import { formatBytes, formatCount } from "../print/quantities.ts";
import { jsonLine, numberColumn, safeTable } from "../print/safe-lines.ts";
import type { StatRow } from "./stat-rows.ts";

/** What the columns beside the topic's are. */
export interface StatColumns {
  readonly partitions: boolean;
  readonly groups: readonly string[];
}

/**
 * Rows as a table.
 *
 * @param time - the time now, in ms since 1970, from which ages count
 */
export function statTable(rows: readonly StatRow[], { partitions, groups }: StatColumns, time: number): string {
  const hasProblems = rows.some(({ problem }) => problem !== undefined);
  const numbers = [partitions ? "partition" : "partitions", "messages/s", "~bytes/s", "age", "end"];
  const lags = groups.map((group) => `lag of ${group}`);
  return safeTable(
    [{ title: "topic" }, ...[...numbers, ...lags].map(numberColumn), ...(hasProblems ? [{ title: "" }] : [])],
    rows.map((row) => [
      row.topic,
      cell(partitions ? row.partition : row.partitions),
      cell(row.messagesPerSecond, formatRate),
      cell(row.bytesPerSecond, formatBytes),
      cell(row.newest, (newest) => formatAge(time - newest)),
      cell(row.end),
      ...row.lag.map((lag) => cell(lag)),
      row.problem ?? "",
    ]),
  );
}

/** Rows as JSON, one object a line. */
export function statJson(rows: readonly StatRow[], { partitions, groups }: StatColumns, time: number): string {
  const lines = rows.map((row) =>
    jsonLine({
      timestamp: time,
      topic: row.topic,
      ...(partitions ? { partition: row.partition ?? null } : { partitions: row.partitions }),
      messagesPerSecond: rounded(row.messagesPerSecond),
      bytesPerSecond: rounded(row.bytesPerSecond),
      ageMs: row.newest === undefined ? null : time - row.newest,
      end: jsonNumber(row.end),
      ...(groups.length === 0
        ? {}
        : { lag: Object.fromEntries(groups.map((group, at) => [group, jsonNumber(row.lag[at])])) }),
      ...(row.problem === undefined ? {} : { problem: row.problem }),
    }),
  );
  return lines.join("");
}

/** Slow rates with a digit behind the point: one message in ten seconds is not none. */
function formatRate(rate: number): string {
  return rate > 0 && rate < 100 ? rate.toFixed(1) : formatCount(Math.round(rate));
}

function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 1_000) / 1_000;
}
