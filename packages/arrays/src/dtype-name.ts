import { descrToDtype } from "./dtype.ts";
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

/** A dtype as Python prints it, `str(numpy.dtype("<f8"))`: `float64`, `bool`, `datetime64[ns]`, `<U3`, `|S2`. */
export function dtypeName(dtype: string): string {
  const parsed = descrToDtype(dtype);
  const word = words.get(parsed.kind);
  if (parsed.kind === "struct") return dtype;
  if (word === undefined || parsed.bigEndian) return parsed.str;
  if (parsed.kind === "M" || parsed.kind === "m") return word + parsed.unit;
  return parsed.kind === "b" ? word : `${word}${8 * parsed.itemsize}`;
}

/**
 * The dtype string for any name that Python has for it, `numpy.dtype("float64").str`: `<f8`.
 *
 * @throws FormatError for what is no dtype of fixed-size items.
 */
export function dtypeFromName(name: string): string {
  const dtype = descrToDtype(name);
  if (dtype.kind !== "struct") return dtype.str;
  throw refuse("dtype", `${name} is no dtype of single items`);
}
