import { checkLimit, checkRecord, checkWord } from "@dataqueues/arrays";
import type { Copy } from "@dataqueues/arrays";
import type { ReadOptions } from "./read-values.ts";

/** The options that callers give; each may be left out. */
export interface ReadOptionsInput {
  readonly copy?: Copy | undefined;
  readonly maxTextBytes?: number | undefined;
  readonly maxDescriptionLength?: number | undefined;
}

/** The options with their defaults. @throws TypeError that names an option that makes no sense */
export function readOptions(options: ReadOptionsInput): ReadOptions {
  checkRecord("options", options);
  const { copy = "auto", maxTextBytes = 2 ** 26, maxDescriptionLength = 2 ** 22 } = options;
  checkWord("copy", copy, ["auto", "always", "never"]);
  checkLimit("maxTextBytes", maxTextBytes);
  checkLimit("maxDescriptionLength", maxDescriptionLength);
  return { copy, maxTextBytes, maxDescriptionLength };
}
