import { formatError } from "./format-error.ts";

/** Bytes of a value, for the types whose values all have the same number. */
const widths: ReadonlyMap<string, number> = new Map([
  ...["int8", "uint8"].map((type): [string, number] => [type, 1]),
  ...["int16", "uint16", "halffloat"].map((type): [string, number] => [type, 2]),
  ...["int32", "uint32", "float"].map((type): [string, number] => [type, 4]),
  ...["int64", "uint64", "double"].map((type): [string, number] => [type, 8]),
  ...["s", "ms", "us", "ns"].flatMap((unit): [string, number][] => [
    [`timestamp[${unit}]`, 8],
    [`duration[${unit}]`, 8],
  ]),
]);

/** The bytes that each value of an Arrow type takes. @throws FormatError for a type without a fixed width */
export function widthOf(type: string): number {
  const width = widths.get(type);
  if (width === undefined) throw formatError("format", `Arrow type ${type} has no fixed width`);
  return width;
}
