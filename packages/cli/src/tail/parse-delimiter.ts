const letters: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "0": "\0", "\\": "\\" };

/** What stands between values, as people write it in a shell: `\n`, `\r`, `\t`, `\0`, `\\` and `\x1e` are characters. */
export function parseDelimiter(text: string): Uint8Array {
  const plain = text.replace(/\\(?:x([\da-fA-F]{2})|([nrt0\\]))/g, (_, digits: string | undefined, letter: string) => {
    return digits === undefined ? (letters[letter] ?? letter) : String.fromCharCode(Number.parseInt(digits, 16));
  });
  return new TextEncoder().encode(plain);
}
