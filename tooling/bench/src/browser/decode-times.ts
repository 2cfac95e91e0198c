/** A form of the same values, the name of its files before the comma. */
export type DecodeForm = "f8" | "f8, all copied" | "f4" | "lists";

/** All forms. */
export const decodeForms: readonly DecodeForm[] = ["f8", "f8, all copied", "f4", "lists"];

/** Milliseconds a message: the first one in a new page, and the median of many. */
export interface DecodeTimes {
  readonly first: number;
  readonly median: number;
}
