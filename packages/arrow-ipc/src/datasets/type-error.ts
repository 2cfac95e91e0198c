import type { FormatError } from "@dataqueues/arrays";
import { formatError } from "./format-error.ts";

/** For types that cannot be read: the type that holds the same values. */
const casts: ReadonlyMap<string, string> = new Map([
  ["LargeUtf8", "Utf8"],
  ["Utf8View", "Utf8"],
  ["LargeBinary", "Binary"],
  ["BinaryView", "Binary"],
  ["FixedSizeBinary", "Binary"],
  ["LargeList", "List"],
  ["ListView", "List"],
  ["LargeListView", "List"],
  ["FixedSizeList", "List"],
  ["Decimal", "FloatingPoint"],
  ["Date", "Timestamp"],
  ["Timestamp", "Timestamp without a time zone"],
]);

/**
 * The error for a column whose type no variable has.
 *
 * @param arrowType - the name of the type in Arrow's union, of the values if they are in a dictionary
 * @param described - the type in more words, such as `Dictionary of Utf8`
 */
export function typeError(what: string, arrowType: string, described: string): FormatError {
  const cast = casts.get(arrowType) ?? (described.startsWith("Dictionary") ? arrowType : undefined);
  const advice = cast === undefined ? "leave it out" : `cast it to ${cast}`;
  return formatError("format", `${what}: no xarray variable has the Arrow type ${described}; ${advice}`);
}
