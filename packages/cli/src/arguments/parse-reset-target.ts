import { UsageError } from "../usage-error.ts";
import { parseTime } from "./parse-time.ts";

/**
 * Where a group is to go on: at the first record, at the end, at an offset (a whole number), or at the first record from a time on.
 *
 * @throws UsageError for what is none of these
 */
export function parseResetTarget(text: string): "earliest" | "latest" | bigint | Date {
  if (text === "earliest" || text === "latest") return text;
  if (/^\d{1,19}$/.test(text)) return BigInt(text);
  try {
    return parseTime(text);
  } catch (cause) {
    const message = `${JSON.stringify(text)} is no place to go on: write earliest, latest, an offset, or a time such as 2026-11-27T10:00Z or -15m`;
    throw new UsageError(message, { cause });
  }
}
