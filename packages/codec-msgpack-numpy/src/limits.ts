import { invalidArgument } from "@dataqueues/arrays";

/** The limits of a message. They are the same for writing and for reading. */
export interface Limits {
  /**
   * The most memory that lists, dicts and bytes may take, estimated in bytes; 128 MiB by default. One byte of a message can
   * become a dict of 64 bytes. Each value counts 8, a list 48 more, a dict 56 more, and bytes of any length 104 more. The
   * items of arrays do not count.
   */
  readonly maxMemoryBytes?: number | undefined;
  /**
   * The most values in all lists and dicts together, including keys and the dicts that represent arrays. By default only
   * `maxMemoryBytes` limits them.
   */
  readonly maxItems?: number | undefined;
  /** The most levels of nested lists, dicts and arrays, from 1 to 2,000; 1,024 by default, as in Python. */
  readonly maxDepth?: number | undefined;
}

/** Valid limits with the defaults filled in. */
export interface CheckedLimits {
  readonly maxMemoryBytes: number;
  readonly maxItems: number;
  readonly maxDepth: number;
}

/** @throws TypeError that names an invalid limit */
export function checkLimits(options: Limits): CheckedLimits {
  if (typeof options !== "object" || options === null) throw invalidArgument("options", "an object", options);
  const { maxMemoryBytes = 2 ** 27, maxItems = Infinity, maxDepth = 1_024 } = options;
  for (const [name, value] of Object.entries({ maxMemoryBytes, maxItems })) {
    if (value !== Infinity) checkNumber(name, value, Number.MAX_SAFE_INTEGER, " or Infinity");
  }
  checkNumber("maxDepth", maxDepth, 2_000);
  return { maxMemoryBytes, maxItems, maxDepth };
}

function checkNumber(name: string, value: unknown, most: number, orElse = ""): void {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most) return;
  throw invalidArgument(name, `a whole number from 1 to ${most}${orElse}`, value);
}
