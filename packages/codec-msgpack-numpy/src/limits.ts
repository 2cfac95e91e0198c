import { invalidOption } from "./invalid-option.ts";

/** What a message may be, alike when it is written and when it is read. */
export interface Limits {
  /**
   * How many values all lists and dicts may have together, keys and what stands for arrays too: 10,000,000 unless told
   * otherwise, which a message of 10 MB cannot exceed. A value may take 70 times its bytes in memory: for that the limit is.
   */
  readonly maxItems?: number | undefined;
  /** How deep lists, dicts and arrays may nest, 1 to 2,000 levels: 1,024 unless told otherwise, as deep as Python goes. */
  readonly maxDepth?: number | undefined;
}

/** Limits that are good, with defaults filled in. */
export interface CheckedLimits {
  readonly maxItems: number;
  readonly maxDepth: number;
}

/** @throws TypeError that names the limit that makes no sense */
export function checkLimits(options: Limits): CheckedLimits {
  if (typeof options !== "object" || options === null) throw invalidOption("options", "an object", options);
  const { maxItems = 10_000_000, maxDepth = 1_024 } = options;
  if (maxItems !== Infinity) checkNumber("maxItems", maxItems, Number.MAX_SAFE_INTEGER, " or Infinity");
  checkNumber("maxDepth", maxDepth, 2_000);
  return { maxItems, maxDepth };
}

function checkNumber(name: string, value: unknown, most: number, orElse = ""): void {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most) return;
  throw invalidOption(name, `a whole number from 1 to ${most}${orElse}`, value);
}
