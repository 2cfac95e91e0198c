import { formatAge } from "../print/format-age.ts";
import { formatBytes, formatCount } from "../print/quantities.ts";
import { safeText } from "../print/safe-text.ts";
import { formatTable } from "../print/table.ts";
import type { TableColumn } from "../print/table.ts";
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
  const number = (title: string): TableColumn => ({ title, align: "right" });
  return formatTable(
    [
      { title: "topic" },
      number(partitions ? "partition" : "partitions"),
      number("messages/s"),
      number("~bytes/s"),
      number("age"),
      number("end"),
      ...groups.map((group) => number(`lag of ${group}`)),
      ...(hasProblems ? [{ title: "" }] : []),
    ],
    rows.map((row) => [
      safeText(row.topic),
      shown(partitions ? row.partition : row.partitions, String),
      shown(row.messagesPerSecond, formatRate),
      shown(row.bytesPerSecond, formatBytes),
      shown(row.newest, (newest) => formatAge(time - newest)),
      shown(row.end, String),
      ...row.lag.map((lag) => shown(lag, String)),
      ...(hasProblems ? [row.problem ?? ""] : []),
    ]),
  );
}

/** Rows as JSON, one object a line. */
export function statJson(rows: readonly StatRow[], { partitions, groups }: StatColumns, time: number): string {
  const lines = rows.map((row) =>
    JSON.stringify({
      timestamp: time,
      topic: row.topic,
      ...(partitions ? { partition: row.partition ?? null } : { partitions: row.partitions }),
      messagesPerSecond: rounded(row.messagesPerSecond),
      bytesPerSecond: rounded(row.bytesPerSecond),
      ageMs: row.newest === undefined ? null : time - row.newest,
      end: row.end === undefined ? null : Number(row.end),
      ...(groups.length === 0
        ? {}
        : { lag: Object.fromEntries(groups.map((group, at) => [group, numberOrNull(row.lag[at])])) }),
      ...(row.problem === undefined ? {} : { problem: row.problem }),
    }),
  );
  return lines.map((line) => `${line}\n`).join("");
}

/** Slow rates with a digit behind the point: one message in ten seconds is not none. */
function formatRate(rate: number): string {
  return rate > 0 && rate < 100 ? rate.toFixed(1) : formatCount(Math.round(rate));
}

function shown<T>(value: T | undefined, format: (value: T) => string): string {
  return value === undefined ? "-" : format(value);
}

function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 1_000) / 1_000;
}

function numberOrNull(value: bigint | undefined): number | null {
  return value === undefined ? null : Number(value);
}
