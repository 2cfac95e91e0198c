/** Bytes with a decimal unit, as disks and networks count them: `1.5 MB`. */
export function formatBytes(bytes: number): string {
  return withUnit(bytes, ["B", "kB", "MB", "GB", "TB"]);
}

/** A count with a decimal unit: `12.3 k`. */
export function formatCount(count: number): string {
  return withUnit(count, ["", "k", "M", "G"]).trimEnd();
}

function withUnit(value: number, units: readonly string[]): string {
  const power = Math.min(Math.max(Math.floor(Math.log10(Math.max(value, 1)) / 3), 0), units.length - 1);
  const scaled = value / 1_000 ** power;
  const digits = power === 0 ? (Number.isInteger(scaled) ? 0 : 1) : scaled < 100 ? 1 : 0;
  return `${scaled.toFixed(digits)} ${units[power]}`;
}
