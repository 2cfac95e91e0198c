import { invalidArgument } from "@dataqueues/arrays";

/** What a message may be, alike when it is written and when it is read. */
export interface Limits {
  /**
   * The most memory in bytes that lists, dicts and bytes may take, as an estimate: 128 MiB unless told otherwise. A byte of
   * a message may stand for a dict of 64. Each value counts 8, a list 48 more, a dict 56, bytes 104 however long they are;
   * items of arrays do not count.
   */
  readonly maxMemoryBytes?: number | undefined;
  /**
   * How many values all lists and dicts may have together, keys and what stands for arrays too: as many as
   * `maxMemoryBytes` allows unless told otherwise.
   */
  readonly maxItems?: number | undefined;
  /** How deep lists, dicts and arrays may nest, 1 to 2,000 levels: 1,024 unless told otherwise, as deep as Python goes. */
  readonly maxDepth?: number | undefined;
}

/** Limits that are good, with defaults filled in. */
export interface CheckedLimits {
  readonly maxMemoryBytes: number;
  readonly maxItems: number;
  readonly maxDepth: number;
}

/** @throws TypeError that names the limit that makes no sense */
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
