/** The first bytes of an Arrow stream. */
export const arrowStreamMark = "\xff\xff\xff\xff";

/** What some programs write before UTF-8. */
export const byteOrderMark = "\xef\xbb\xbf";

/**
 * Whether bytes begin with a mark.
 *
 * @param mark - one character for each byte
 */
export function startsWith(bytes: Uint8Array, mark: string): boolean {
  for (let at = 0; at < mark.length; at += 1) if (bytes[at] !== mark.charCodeAt(at)) return false;
  return true;
}
