import type { Descr, FieldDescr } from "@dataqueues/arrays";

/** Room for the first size to grow in place, as numpy leaves it: https://github.com/numpy/numpy/pull/20321 */
const growthDigits = 21;
const alignment = 64;

/** The header that numpy 1.24 and later write for an array in C order, to the byte. */
export function printHeader(descr: Descr, shape: readonly number[]): Uint8Array {
  const growth = shape.length === 0 ? "" : " ".repeat(growthDigits - String(shape[0]).length);
  const dict = `{'descr': ${printDescr(descr)}, 'fortran_order': False, 'shape': ${tuple(shape.map(String))}, }${growth}`;
  const latin1 = !/[^\0-\xff]/.test(dict);
  const text = latin1 ? undefined : new TextEncoder().encode(dict);
  const length = text?.length ?? dict.length;
  const version1 = latin1 && padded(10, length) < 0x1_0000 + 10;
  const start = version1 ? 10 : 12;
  const header = new Uint8Array(padded(start, length)).fill(0x20);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version1 ? 1 : latin1 ? 2 : 3, 0]);
  for (let at = 8; at < start; at += 1) header[at] = (header.length - start) >> (8 * (at - 8));
  if (text !== undefined) header.set(text, start);
  else for (let index = 0; index < length; index += 1) header[start + index] = dict.charCodeAt(index);
  header[header.length - 1] = 0x0a;
  return header;
}

/** The whole header's bytes: with the newline, and 1 to 64 spaces before it, as numpy does; never none. */
function padded(start: number, length: number): number {
  const unpadded = start + length + 1;
  return unpadded + alignment - (unpadded % alignment);
}

function printDescr(descr: Descr): string {
  if (typeof descr === "string") return quote(descr);
  if (isSubarray(descr)) return `(${printDescr(descr[0])}, ${tuple(descr[1].map(String))})`;
  return `[${descr.map(printField).join(", ")}]`;
}

function printField([name, format, shape]: FieldDescr): string {
  const title = typeof name === "string" ? quote(name) : tuple(name.map(quote));
  return tuple([title, printDescr(format), ...(shape === undefined ? [] : [tuple(shape.map(String))])]);
}

function isSubarray(descr: Exclude<Descr, string>): descr is readonly [Descr, readonly number[]] {
  const last: readonly unknown[] | undefined = descr.length === 2 ? descr[1] : undefined;
  return last !== undefined && last.every((size) => typeof size === "number");
}

function tuple(items: readonly string[]): string {
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
}

/** Python's `repr` of a str: https://docs.python.org/3/library/stdtypes.html#str.isprintable tells what is escaped. */
function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\\p{C}\p{Z}]/gu, (character) => {
    if (character === " ") return character;
    // These are escaped in Python as they are in JSON.
    if ("\\\n\r\t".includes(character)) return JSON.stringify(character).slice(1, -1);
    const point = character.codePointAt(0) ?? 0;
    const [letter, digits] = point < 0x100 ? ["x", 2] : point < 0x1_0000 ? ["u", 4] : ["U", 8];
    return `\\${letter}${point.toString(16).padStart(digits, "0")}`;
  });
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
}
