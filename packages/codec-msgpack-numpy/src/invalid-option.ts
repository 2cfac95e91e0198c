/** The error for an option or argument that makes no sense, by the name under which the caller gave it. */
export function invalidOption(name: string, wanted: string, given: unknown): TypeError {
  return new TypeError(`${name} must be ${wanted}, not ${show(given)}`);
}

/** Refuses what is none of the words that an option may be. */
export function checkWord(name: string, value: unknown, words: readonly (string | boolean)[]): void {
  if (value === undefined || words.some((word) => word === value)) return;
  throw invalidOption(name, words.map((word) => JSON.stringify(word)).join(", "), value);
}

/** Refuses what is no number; NaN is one. */
export function checkNumber(name: string, value: unknown): void {
  if (typeof value !== "number") throw invalidOption(name, "a number", value);
}

function show(value: unknown): string {
  if (typeof value === "string") return value.length > 40 ? `a text of ${value.length}` : JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null) return `a ${value.constructor?.name ?? "object"}`;
  return typeof value === "function" ? "a function" : String(value);
}
