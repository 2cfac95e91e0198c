import { UsageError } from "../usage-error.ts";

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, m: 60_000, h: 3_600_000 };

/**
 * A length of time in milliseconds: `500ms`, `1s`, `2.5s`, `1m` or `1min`, `1h`; a number alone is in seconds.
 *
 * @param option - what the error calls it
 * @throws UsageError for anything else, and for times below a millisecond or of more than 24 days
 */
export function parseDuration(option: string, text: string): number {
  const [, digits = "", unit = "s"] = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h)?$/.exec(text.trim()) ?? [];
  const ms = Number(digits) * (unitMs[unit] ?? 1);
  // What a timer can wait: 2 ** 31 - 1 ms.
  if (digits !== "" && ms >= 1 && ms < 2 ** 31) return ms;
  throw new UsageError(`${option} is a time such as 500ms, 2s, 1m or 1h, not ${JSON.stringify(text)}`);
}
