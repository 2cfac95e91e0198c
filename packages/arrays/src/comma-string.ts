import { formatError } from "./errors.ts";
import { parseScalar } from "./scalar-dtype.ts";

/** One format in a comma-separated string: byte order, shape of a subarray, byte order again, and the dtype. */
const format = /([<>|=]?)( *\(?[ ,0-9]*\)? *)([<>|=]?)([A-Za-z0-9.?]*(?:\[[a-zA-Z0-9,.]+\])?)/y;
const separator = /\s*,\s*|\s+$/y;
const sizes = /^ *(?:\( *\)|(\(?) *((?:0+|[1-9]\d*)(?: *, *(?:0+|[1-9]\d*))*)( *,)? *(\)?)) *$/;

/**
 * Reads numpy's comma-separated formats: `i4,f8` becomes the descr of fields named f0, f1, …, and `(2,3)f4` that of a
 * subarray. Any other string is returned unchanged.
 *
 * @throws FormatError with code `dtype`
 */
export function readCommaString(text: string): unknown {
  if (!isCommaString(text)) return text;
  const formats: (readonly [base: string, shape?: readonly number[]])[] = [];
  let isList = false;
  for (let at = 0; at < text.length;) {
    format.lastIndex = at;
    const [found = "", before = "", repeats = "", behind = "", name = ""] = format.exec(text) ?? [];
    formats.push(withSizes(orderOf(before, behind, text) + name, repeats, text));
    at += found.length;
    separator.lastIndex = at;
    const between = at === text.length ? "" : (separator.exec(text)?.[0] ?? fail(text));
    isList ||= between.includes(",");
    at += between.length;
  }
  const [first] = formats;
  if (!isList && first !== undefined) return first.length === 1 ? first[0] : first;
  return formats.map((each, index) => [`f${index}`, ...each]);
}

/** numpy's rule: the string begins with a shape, or has a comma anywhere. */
function isCommaString(text: string): boolean {
  return /^[<>|=]?(?:\d|\(\))/.test(text) || text.includes(",");
}

function orderOf(before: string, behind: string, text: string): string {
  const [first, second] = [before, behind].map((order) => (order === "=" ? "<" : order));
  if (before !== "" && behind !== "" && first !== second) fail(text);
  return (behind || before) === ">" ? ">" : "";
}

function withSizes(base: string, repeats: string, text: string): readonly [base: string, shape?: readonly number[]] {
  if (repeats === "") return [base];
  const [whole, open, list, comma, close] = sizes.exec(repeats) ?? [];
  if (whole === undefined || (open === "(") !== (close === ")")) return fail(text);
  if (list === undefined) return [base, []];
  const shape = list.split(",").map(Number);
  if (shape.length > 1 || comma !== undefined) return [base, shape];
  // numpy reads a number before text or bytes without a size as that size: `3S` is `S3`.
  const { itemsize, str } = parseScalar(base);
  return itemsize === 0 ? [`${str.slice(0, -1)}${list}`] : [base, shape];
}

function fail(text: string): never {
  throw formatError("dtype", `${JSON.stringify(text.slice(0, 50))} is not a list of dtypes`);
}
