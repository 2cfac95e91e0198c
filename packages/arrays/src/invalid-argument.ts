/** For codecs too: the error for an argument of the wrong type or value, by the name under which the caller passed it. */
export function invalidArgument(name: string, wanted: string, given: unknown): TypeError {
  return new TypeError(`${name} must be ${wanted}, not ${show(given)}`);
}

/** @throws TypeError unless the value is an object, and not a list, or undefined */
export function checkRecord(name: string, value: unknown): void {
  if (value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value))) return;
  throw invalidArgument(name, "an object", value);
}

/** @throws TypeError unless the value is a name, a list of names, or undefined */
export function checkDims(name: string, value: unknown): void {
  if (value === undefined || typeof value === "string") return;
  if (Array.isArray(value) && value.every((dim) => typeof dim === "string")) return;
  throw invalidArgument(name, "a text or a list of texts", value);
}

/** For codecs. @throws TypeError unless the option has one of the given values, or is undefined */
export function checkWord(name: string, value: unknown, words: readonly (string | boolean)[]): void {
  if (value === undefined || words.some((word) => word === value)) return;
  throw invalidArgument(name, `one of ${words.map(show).join(", ")}`, value);
}

/** For codecs. @throws TypeError unless the option is a whole number above 0, Infinity, or undefined */
export function checkLimit(name: string, value: unknown): void {
  if (value === undefined || value === Infinity) return;
  if (Number.isSafeInteger(value) && Number(value) > 0) return;
  throw invalidArgument(name, "a whole number from 1 on, or Infinity", value);
}

/** For codecs. @throws TypeError unless the value is a number, which NaN is */
export function checkNumber(name: string, value: unknown): void {
  if (typeof value !== "number") throw invalidArgument(name, "a number", value);
}

/** For codecs. @throws TypeError unless the bytes are a Uint8Array */
export function checkBytes(bytes: unknown): void {
  if (!(bytes instanceof Uint8Array)) throw invalidArgument("bytes", "a Uint8Array", bytes);
}

/** A value in a few words. Objects and functions are described by their type only. */
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
