import type { Message } from "@dataqueues/core";
import stringWidth from "string-width";

import type { ReadMessage } from "../formats/value-reader.ts";
import { fit } from "./fit.ts";
import { hexOf, textOf } from "./bytes-text.ts";
import { safeText } from "./safe-text.ts";
import { valueLine } from "./value-line.ts";
import type { Paint } from "./value-line.ts";
import { valueText } from "./value-text.ts";

/** How messages are shown to a person. */
export interface LineOptions {
  /** The width of the terminal; Infinity in a pipe, where a line has 4,096 characters at most. */
  readonly columns: number;
  /** Whether all of a value is shown, on as many lines as it takes. */
  readonly full: boolean;
  readonly paint: Paint;
}

/** The most characters of a line that no terminal cuts: the rest of a long text is seldom looked for there, and `--full` has it. */
const mostCharacters = 4_096;

/** The most characters of a key and of a header. */
const mostOfKey = 64;

/**
 * A message in one line, without the line break: time, topic, partition and offset, key, headers, value. With `full` the value follows on
 * lines of its own.
 */
export function messageLine({ message, codecName, error }: ReadMessage, { columns, full, paint }: LineOptions): string {
  const head = headOf(message, paint);
  const { value } = message;
  // JSON's null was read by a codec; a tombstone has nothing to read.
  const hasValue = codecName !== undefined;
  const remark = error === undefined ? noValue(paint) : paint("red", safeText(error));
  if (full && hasValue) return `${head}${error === undefined ? "" : `  ${remark}`}\n${valueText(value, paint)}`;
  if (full) return `${head}  ${remark}`;
  const shown = error === undefined && hasValue ? valueLine(value, roomFor(head, columns), paint) : remark;
  const line = `${head}  ${shown}`;
  return columns === Infinity ? cutText(line) : fit(line, columns);
}

/** The columns for a value behind what stands before it. */
function roomFor(head: string, columns: number): number {
  return columns === Infinity ? mostCharacters : Math.max(columns - stringWidth(head) - 2, 16);
}

/** A line for a pipe: its characters are counted, as measuring their width takes longer than all the rest. */
function cutText(line: string): string {
  if (line.length <= mostCharacters) return line;
  return `${line.slice(0, mostCharacters - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

function noValue(paint: Paint): string {
  return paint("dim", "null (a tombstone: the key is deleted)");
}

function headOf(
  { topic, partition, offset, timestamp, key, headers, skipped }: Message<unknown>,
  paint: Paint,
): string {
  const parts = [paint("dim", timeText(timestamp)), `${safeText(topic)}[${partition}]@${offset}`];
  if (key !== null) parts.push(paint("cyan", keyText(key)));
  if (headers.length > 0) {
    const titles = headers.map(([name, value]) =>
      value === null ? safeText(name) : `${safeText(name)}=${keyText(value)}`,
    );
    parts.push(paint("dim", `{${titles.join(", ")}}`));
  }
  if (skipped !== undefined && skipped > 0) parts.push(paint("dim", `(${skipped} skipped)`));
  return parts.join(" ");
}

/** A record's time in ISO 8601; Kafka has -1 where there is none. */
function timeText(timestamp: number): string {
  const time = new Date(timestamp);
  return timestamp < 0 || Number.isNaN(time.getTime()) ? `time ${timestamp}` : time.toISOString();
}

function keyText(bytes: Uint8Array): string {
  const start = bytes.subarray(0, 4 * mostOfKey);
  const text = textOf(bytes) ?? `0x${hexOf(start).replaceAll(" ", "")}`;
  const safe = safeText(text.slice(0, mostOfKey + 1));
  return safe.length > mostOfKey ? `${safe.slice(0, mostOfKey)}…` : safe;
}
