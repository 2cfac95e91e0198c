import { UsageError } from "../usage-error.ts";

/**
 * A whole number in a range.
 *
 * @param option - what the error calls it
 * @throws UsageError for anything else
 */
export function parseInteger(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text.trim()) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
  throw new UsageError(`${option} is a whole number ${range}, not ${JSON.stringify(text)}`);
}
