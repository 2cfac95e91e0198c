import { parseDtype, printDtype } from "./dtype.ts";
import { refuse } from "./refuse.ts";

const words: ReadonlyMap<string, string> = new Map([
  ["b", "bool"],
  ["i", "int"],
  ["u", "uint"],
  ["f", "float"],
  ["c", "complex"],
  ["M", "datetime64"],
  ["m", "timedelta64"],
]);

const form = /^(bool|u?int|float|complex|datetime64|timedelta64)(\d*)(\[[^\]]*\])?$/;

/** A dtype as Python prints it, `str(numpy.dtype("<f8"))`: `float64`, `bool`, `datetime64[ns]`, `<U3`, `|S2`. */
export function dtypeName(dtype: string): string {
  const parsed = parseDtype(dtype);
  const word = words.get(parsed.kind);
  if (parsed.kind === "struct" || word === undefined) return dtype;
  if (parsed.kind === "M" || parsed.kind === "m") return word + parsed.unit;
  return parsed.kind === "b" ? word : `${word}${8 * parsed.itemsize}`;
}

/**
 * The dtype string for what Python prints, `numpy.dtype("float64").str`; always little-endian.
 *
 * @throws FormatError for what is no dtype of fixed-size items.
 */
export function dtypeFromName(name: string): string {
  const [, word, bits = "", unit = ""] = form.exec(name) ?? [];
  const kind = [...words].find(([, each]) => each === word)?.[0];
  const text =
    kind === undefined
      ? name
      : kind === "M" || kind === "m"
        ? `<${kind}8${unit}`
        : `<${kind}${kind === "b" ? 1 : Number(bits) / 8}`;
  const printed = printDtype(parseDtype(text));
  if (typeof printed === "string") return printed;
  throw refuse("dtype", `${name} is no dtype of single items`);
}
