import stringWidth from "string-width";

// Colours and styles, as `Output.style` sets them.
// oxlint-disable-next-line no-control-regex -- they begin with one
const style = /\x1b\[[\d;]*m/y;

const segmenter = new Intl.Segmenter();

/**
 * Cuts a line to so many columns of a terminal, and ends it with `…` then. Characters of Chinese, Japanese and Korean and emoji
 * take two columns; styles take none and are ended.
 */
export function fit(text: string, columns: number): string {
  // A text of 10 MB need not be measured to the end.
  if (columns === Infinity || (text.length <= columns * 16 && stringWidth(text) <= columns)) return text;
  let width = 0;
  let kept = "";
  let isStyled = false;
  for (let at = 0; at < text.length;) {
    style.lastIndex = at;
    const [code] = style.exec(text) ?? [];
    if (code !== undefined) isStyled = true;
    const piece = code ?? firstCharacter(text, at);
    if (code === undefined) {
      width += stringWidth(piece);
      if (width > columns - 1) return `${kept}${columns > 0 ? "…" : ""}${isStyled ? "\x1b[0m" : ""}`;
    }
    kept += piece;
    at += piece.length;
  }
  return text;
}

/** What a reader takes for one character: a letter with its accents, a family of emoji. */
function firstCharacter(text: string, at: number): string {
  for (const { segment } of segmenter.segment(text.slice(at, at + 64))) return segment;
  return "";
}
