/** Bytes with a decimal unit, as disks and networks count them: `1.5 MB`. */
export function formatBytes(bytes: number | bigint): string {
  return withUnit(Number(bytes), ["B", "kB", "MB", "GB", "TB", "PB"]);
}

/** A count with a decimal unit: `12.3 k`. */
export function formatCount(count: number | bigint): string {
  return withUnit(Number(count), ["", "k", "M", "G", "T"]);
}

/** A count with what is counted: `1 record`, `12,345 records`. */
export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

function withUnit(value: number, units: readonly string[]): string {
  if (!Number.isFinite(value)) return "–";
  if (value < 0) return `-${withUnit(-value, units)}`;
  let power = value < 1_000 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), units.length - 1);
  // 999,950 is 1.0 M, not 1000 k.
  if (power < units.length - 1 && rounded(value, power) === "1000") power += 1;
  const unit = units[power] ?? "";
  return unit === "" ? rounded(value, power) : `${rounded(value, power)} ${unit}`;
}

/** Three digits or so: 0.5, 12, 1.5 k, 99.9 k, 123 k. */
function rounded(value: number, power: number): string {
  const scaled = value / 1_000 ** power;
  if (power === 0 && Number.isInteger(scaled)) return scaled.toString();
  return scaled < 99.95 ? scaled.toFixed(1) : scaled.toFixed(0);
}
