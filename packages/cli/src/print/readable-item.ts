import type { Item, NdArray } from "@dataqueues/arrays";

/** What stands for text that is none. */
export const noText = "<no text>";

/** The item at an index in C order; undefined where the bytes of a message should be text and are not valid. */
export function readableItem(array: NdArray, index: number): Item | undefined {
  try {
    return array.item(index);
  } catch {
    return undefined;
  }
}
