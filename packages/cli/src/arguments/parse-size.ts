import { UsageError } from "../usage-error.ts";

const factors: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
};

/**
 * A number of bytes, or of other things: `500`, `10k`, `1.5M`, `4MiB`. As everywhere here k, M and G are thousands; Ki, Mi and Gi
 * are powers of 1,024.
 *
 * @param option - what the error calls it
 * @throws UsageError for anything else, and for what is no whole number
 */
export function parseSize(option: string, text: string): number {
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmg]i?)?b?$/i.exec(text.trim()) ?? [];
  // 1.1 * 1e6 has an error in the last digit.
  const size = Number((Number(digits) * (factors[unit.toLowerCase()] ?? Number.NaN)).toPrecision(15));
  if (digits !== "" && Number.isSafeInteger(size)) return size;
  throw new UsageError(`${option} is a whole number such as 500, 10k, 1M or 4Mi, not ${JSON.stringify(text)}`);
}
