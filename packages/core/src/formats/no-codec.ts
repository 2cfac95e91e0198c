import { CodecError } from "../contract/errors.ts";

/** How many names an error lists. */
const shown = 10;

/** The error for a record that no codec is for. */
export function noCodec(what: string): CodecError {
  return new CodecError(`${what}; add one, or give otherwise`, { code: "NO_CODEC" });
}

/** Names for an error message, the first ones if there are many. */
export function listOf(names: readonly string[]): string {
  const first = names.slice(0, shown).join(", ");
  return names.length > shown ? `${first} and ${names.length - shown} more` : first;
}
