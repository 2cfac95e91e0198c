import { formatError } from "./format-error.ts";

const otherDtypes: ReadonlyMap<string, string> = new Map([
  ["bool", "|b1"],
  ["halffloat", "<f2"],
  ["float", "<f4"],
  ["double", "<f8"],
]);

/**
 * The dtype of values by their Arrow type, for tables whose metadata do not give it; undefined for text and bytes, which
 * get the width of the longest.
 */
export function dtypeOf(type: string): string | undefined {
  const [, kind = "", detail = ""] = /^(u?int|timestamp|duration)(\d+|\[\w+\])$/.exec(type) ?? [];
  if (kind === "timestamp" || kind === "duration") return `<${kind === "timestamp" ? "M" : "m"}8${detail}`;
  if (kind !== "") return `<${kind === "int" ? "i" : "u"}${Number(detail) / 8}`;
  if (type === "string" || type === "binary") return undefined;
  const dtype = otherDtypes.get(type);
  if (dtype === undefined) {
    throw formatError("format", `values of Arrow type ${type} cannot be read from this table`);
  }
  return dtype;
}
