import { formatError } from "./errors.ts";
import type { Item, NestedValues } from "./types.ts";
import { isList } from "./types.ts";
import { isComplex } from "./write-item.ts";

/**
 * The items of nested lists in C order, with their shape.
 *
 * @throws FormatError with code `shape` if the lists are not equally long and deep
 */
export function flatten(values: NestedValues): { readonly shape: readonly number[]; readonly items: readonly Item[] } {
  const shape: number[] = [];
  for (let level: NestedValues | undefined = values; isList(level); level = level[0]) shape.push(level.length);
  const items: Item[] = [];
  gather(values, shape, 0, items);
  return { shape, items };
}

function gather(values: NestedValues, shape: readonly number[], axis: number, items: Item[]): void {
  const length = isList(values) ? values.length : undefined;
  if (length !== shape[axis]) throw formatError("shape", "the lists are not equally long and deep");
  if (!isList(values)) items.push(values);
  else for (const value of values) gather(value, shape, axis + 1, items);
}

/** The dtype for items that come without one. The first item decides, except that text is as wide as the longest. */
export function guessDtype(items: readonly Item[]): string {
  const [first] = items;
  if (typeof first === "bigint") return "<i8";
  if (typeof first === "boolean") return "|b1";
  if (typeof first === "string") {
    const lengthOf = (item: Item) => (typeof item === "string" ? Array.from(item).length : 0);
    return `<U${items.reduce((longest: number, item) => Math.max(longest, lengthOf(item)), 1)}`;
  }
  return isComplex(first) ? "<c16" : "<f8";
}
