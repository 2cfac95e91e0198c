/** What a cell of a table shows; `-` for what is not known. */
export function cell<T>(value: T | undefined, format: (value: T) => string = String): string {
  return value === undefined ? "-" : format(value);
}

/** A number for JSON; null for what is not known. Offsets and sizes are exact up to 2^53. */
export function jsonNumber(value: bigint | number | undefined): number | null {
  return value === undefined ? null : Number(value);
}
