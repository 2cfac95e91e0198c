const slots = 256;

/**
 * Reads short texts and remembers recent ones. Keys and the names of fields and dtypes occur again and again, and comparing
 * bytes with a known text is faster than decoding them.
 */
export class KeyCache {
  /** Texts by a hash of their bytes. A text replaces another one with the same hash. */
  readonly #known: (string | undefined)[] = [];

  /** The text of these bytes if it is ASCII, else undefined. */
  read(bytes: Uint8Array, at: number, length: number): string | undefined {
    const first = bytes[at] ?? 0;
    const middle = bytes[at + (length >> 1)] ?? 0;
    const last = bytes[at + length - 1] ?? 0;
    const slot = (17 * length + 7 * first + 31 * middle + 5 * last) % slots;
    const known = this.#known[slot];
    if (known !== undefined && known.length === length && startsWith(known, bytes, at)) return known;
    return (this.#known[slot] = readAscii(bytes, at, at + length));
  }
}

/** Whether this ASCII text stands at this place in the bytes. */
export function startsWith(text: string, bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

function readAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "";
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const a = bytes[at] ?? 0;
    const b = bytes[at + 1] ?? 0;
    const c = bytes[at + 2] ?? 0;
    const d = bytes[at + 3] ?? 0;
    if ((a | b | c | d) >= 0x80) return undefined;
    text += String.fromCharCode(a, b, c, d);
  }
  for (; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}
