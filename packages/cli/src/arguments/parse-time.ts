import { UsageError } from "../usage-error.ts";

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const isoTime =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** Milliseconds before this are in 1973 or earlier: whoever writes such a number most likely means seconds, or an offset. */
export const leastMilliseconds = 100_000_000_000;

/**
 * A time as people write it at a terminal.
 *
 * | text                                          | meaning                                                         |
 * | --------------------------------------------- | --------------------------------------------------------------- |
 * | `2026-11-27T10:00Z`, `2026-11-27 10:00+02:00` | ISO 8601; without a zone it is UTC, as in Kafka's tools          |
 * | `2026-11-27`                                  | the beginning of a day, UTC                                     |
 * | `-15m`, `-1h30m`, `+5s`                       | before or after now: `ms`, `s`, `m`, `h`, `d` and `w`           |
 * | `@1700000000`, `@1700000000.5`                | seconds since 1970, as GNU `date` has them                      |
 * | `1700000000000`                               | milliseconds since 1970, as Kafka has them                      |
 * | `now`                                         |                                                                 |
 *
 * @param now - the present, in milliseconds since 1970
 * @throws UsageError for what is none of these
 */
export function parseTime(text: string, now: number = Date.now()): Date {
  const word = text.trim();
  const ms = word === "now" ? now : (isoMs(word) ?? relativeMs(word, now) ?? epochMs(word));
  const time = new Date(ms ?? NaN);
  if (!Number.isNaN(time.getTime())) return time;
  throw new UsageError(
    `${JSON.stringify(text)} is no time: write 2026-11-27T10:00Z, -15m (before now), @1700000000 (seconds) or 1700000000000 (milliseconds)`,
  );
}

function isoMs(word: string): number | undefined {
  const found = isoTime.exec(word);
  if (found === null) return undefined;
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = found;
  const date = `${year}-${month}-${day}`;
  // The parser of a date takes 30 February for 2 March.
  const midnight = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(date)) return NaN;
  const digits = zone.replaceAll(/\D/g, "").padEnd(4, "0");
  const offset = /z/i.test(zone) ? "Z" : `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
  return Date.parse(`${date}T${hour}:${minute}:${second}.${fraction.padEnd(3, "0").slice(0, 3)}${offset}`);
}

function relativeMs(word: string, now: number): number | undefined {
  if (!/^[+-](?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/.test(word)) return undefined;
  const parts = [...word.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)];
  const ms = parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (unitMs[unit] ?? NaN), 0);
  return Math.round(word.startsWith("-") ? now - ms : now + ms);
}

function epochMs(word: string): number | undefined {
  if (/^@\d+(?:\.\d+)?$/.test(word)) return Math.round(Number(word.slice(1)) * 1_000);
  if (!/^\d+$/.test(word)) return undefined;
  const ms = Number(word);
  if (ms >= leastMilliseconds) return ms;
  throw new UsageError(
    `${word} ms would be in ${new Date(ms).getUTCFullYear()}: write @${word} for seconds since 1970`,
  );
}
