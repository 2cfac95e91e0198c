import { descrToDtype } from "@dataqueues/arrays";

/** How a column holds the items of a dtype. */
export interface ArrowLayout {
  /** The Arrow type, as pyarrow prints it. */
  readonly type: string;
  /** Arrow values for each item: 2 for complex numbers (real and imaginary part), otherwise 1. */
  readonly perItem: number;
}

const numbers: ReadonlyMap<string, string> = new Map([
  // Not Arrow's bool, which is packed in bits: numpy has a byte for each in memory.
  ["b1", "int8"],
  ["f2", "halffloat"],
  ["f4", "float"],
  ["f8", "double"],
  ["c8", "float"],
  ["c16", "double"],
]);

/** The units that Arrow has, in numpy's notation. */
const timeUnits: ReadonlySet<string> = new Set(["[s]", "[ms]", "[us]", "[ns]"]);

/**
 * The Arrow layout of a dtype; undefined for a dtype that has none: raw bytes, and datetimes of units that Arrow does
 * not have.
 */
export function arrowLayout(dtype: string): ArrowLayout | undefined {
  const parsed = descrToDtype(dtype);
  if (parsed.kind === "struct") return undefined;
  const { kind, itemsize, unit } = parsed;
  if (kind === "U") return { type: "string", perItem: 1 };
  if (kind === "S") return { type: "binary", perItem: 1 };
  if (kind === "M" || kind === "m") {
    return timeUnits.has(unit) ? { type: `${kind === "M" ? "timestamp" : "duration"}${unit}`, perItem: 1 } : undefined;
  }
  const type =
    kind === "i" || kind === "u" ? `${kind === "u" ? "u" : ""}int${8 * itemsize}` : numbers.get(kind + itemsize);
  return type === undefined ? undefined : { type, perItem: kind === "c" ? 2 : 1 };
}
