/** Where a number has no value: a dash as wide as a digit. */
export const noValue = "–";

/**
 * A number with a fixed count of decimals and the true minus sign; a dash for NaN, and no minus for what is rounded to zero.
 *
 * @param decimals - digits after the point
 */
export function formatFixed(value: number | undefined, decimals: number): string {
  if (value === undefined || !Number.isFinite(value)) return noValue;
  const digits = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(digits) !== 0 ? `−${digits}` : digits;
}

/** A whole number in groups of three digits: "2,418". */
export function formatCount(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return noValue;
  const digits = Math.abs(Math.round(value)).toLocaleString("en-US");
  return value <= -0.5 ? `−${digits}` : digits;
}

/** A number and its unit, apart because the page shows the unit smaller. */
export interface Quantity {
  readonly figure: string;
  readonly unit: string;
}

const prefixes = ["", "k", "M", "G", "T", "P"];

/**
 * Three digits with a prefix of the SI: 1,240,000 is 1.24 M, 10,040 MB given as 1.004e10 bytes is 10.0 GB.
 *
 * @param unit - what follows the prefix: "B", or nothing
 */
export function formatSi(value: number | undefined, unit = ""): Quantity {
  if (value === undefined || !Number.isFinite(value)) return { figure: noValue, unit };
  let prefix = 0;
  let scaled = Math.abs(value);
  while (scaled >= 999.5 && prefix < prefixes.length - 1) {
    scaled /= 1000;
    prefix += 1;
  }
  const decimals = prefix === 0 && Number.isInteger(value) ? 0 : scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return { figure: formatFixed(Math.sign(value) * scaled, decimals), unit: `${prefixes[prefix] ?? ""}${unit}` };
}

/** How long something has lasted, in two units at most: "3 s", "12 min", "1 h 05 min". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${Math.floor(hours / 24)} days`;
}

/**
 * The time of day in UTC: "13:28:15".
 *
 * @param time - ms since 1970
 */
export function formatClock(time: number): string {
  return Number.isFinite(time) && Math.abs(time) < 8.64e15 ? new Date(time).toISOString().slice(11, 19) : noValue;
}

/** A baseline as people write it: "m033_m038" is "m033 – m038". */
export function formatBaseline(baseline: string): string {
  return baseline.replace("_", " – ");
}

/** A topic without what all topics of a subarray have in common: "metrics-amplitude-01" is "amplitude". */
export function formatTopic(topic: string, subarray: string): string {
  const end = `-${subarray}`;
  const start = topic.startsWith("metrics-") ? "metrics-".length : 0;
  return topic.slice(start, topic.endsWith(end) ? topic.length - end.length : undefined);
}
