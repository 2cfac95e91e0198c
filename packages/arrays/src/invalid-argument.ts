/** For codecs too: the error for an argument that makes no sense, by the name under which the caller gave it. */
export function invalidArgument(name: string, wanted: string, given: unknown): TypeError {
  return new TypeError(`${name} must be ${wanted}, not ${show(given)}`);
}

/** Refuses what is no object of named things; left out is fine. */
export function checkRecord(name: string, value: unknown): void {
  if (value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value))) return;
  throw invalidArgument(name, "an object", value);
}

/** Refuses what names no dimensions; left out is fine. */
export function checkDims(name: string, value: unknown): void {
  if (value === undefined || typeof value === "string") return;
  if (Array.isArray(value) && value.every((dim) => typeof dim === "string")) return;
  throw invalidArgument(name, "a text or a list of texts", value);
}

/** For codecs: refuses an option that is none of the words it may be; left out is fine. */
export function checkWord(name: string, value: unknown, words: readonly (string | boolean)[]): void {
  if (value === undefined || words.some((word) => word === value)) return;
  throw invalidArgument(name, `one of ${words.map(show).join(", ")}`, value);
}

/** For codecs: refuses an option that is no limit of a size; left out is fine. */
export function checkLimit(name: string, value: unknown): void {
  if (value === undefined || value === Infinity) return;
  if (Number.isSafeInteger(value) && Number(value) > 0) return;
  throw invalidArgument(name, "a whole number from 1 on, or Infinity", value);
}

/** For codecs: refuses what is no number; NaN is one. */
export function checkNumber(name: string, value: unknown): void {
  if (typeof value !== "number") throw invalidArgument(name, "a number", value);
}

/** For codecs: refuses what is no bytes. */
export function checkBytes(bytes: unknown): void {
  if (!(bytes instanceof Uint8Array)) throw invalidArgument("bytes", "a Uint8Array", bytes);
}

/** A value in a few words; nothing of what it holds. */
export function show(value: unknown): string {
  if (typeof value === "string") return value.length > 40 ? `a text of ${value.length}` : JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) {
    return value.length > 8 ? `a list of ${value.length}` : `[${value.map(showItem).join(", ")}]`;
  }
  if (typeof value === "object" && value !== null) return `a ${value.constructor?.name ?? "object"}`;
  return typeof value === "function" ? "a function" : String(value);
}

function showItem(item: unknown): string {
  return Array.isArray(item) ? "a list" : show(item);
}
