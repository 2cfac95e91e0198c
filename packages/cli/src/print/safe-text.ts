// Control characters, lone surrogates, characters that turn the direction of text, and lines that end other than by \n.
const unsafe = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/gu;

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Text from a record as a terminal may show it: what would move the cursor, change colours or turn the direction of text is
 * escaped, as are line breaks. ASCII control characters become `\x1b`, all others `\u009b`, which is what JSON has too: JSON
 * that went through `JSON.stringify` stays JSON.
 *
 * @example
 * ```ts
 * safeText("\x1b[2Jgone"); // "\\x1b[2Jgone"
 * ```
 */
export function safeText(text: string): string {
  return text.replace(unsafe, (character) => {
    const code = character.charCodeAt(0);
    return short[character] ?? (code < 0x20 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
  });
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
