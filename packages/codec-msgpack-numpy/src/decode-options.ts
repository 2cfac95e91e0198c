import { checkWord } from "@dataqueues/arrays";
import type { Copy } from "@dataqueues/arrays";

import type { Limits } from "./limits.ts";

/** How messages are read. */
export interface DecodeOptions extends Limits {
  /**
   * "auto", the default: arrays are views of the message where they are aligned and little-endian, else copies;
   * "always": copies, which do not keep the message alive; "never": views, or an error with code `copy`.
   */
  readonly copy?: Copy | undefined;
  /**
   * numpy scalars as plain values, the default, which keep what they are worth when they are sent on: numbers, booleans, text,
   * bytes, {@link Complex}, and {@link NumpyScalar} for times, whose unit is in the dtype; "typed" makes all of them
   * {@link NumpyScalar}, which keeps their dtype.
   */
  readonly scalars?: "plain" | "typed" | undefined;
  /**
   * Dicts with bytes as keys that stand for nothing: "string", the default, makes the keys text; "map" makes the dict a
   * Map with keys of both kinds; "error" refuses it. A dict with a key that is neither text nor bytes is a Map always.
   */
  readonly bytesKeys?: "string" | "map" | "error" | undefined;
  /** Also reads what msgpack-numpy 0.4.2 to 0.4.5 wrote with `use_bin_type=False`: text and bytes are one type there. */
  readonly legacy?: boolean | undefined;
}

/** @throws TypeError that names the option that makes no sense; limits.ts has the limits */
export function checkDecodeOptions(options: DecodeOptions): void {
  checkWord("copy", options.copy, ["auto", "always", "never"]);
  checkWord("scalars", options.scalars, ["plain", "typed"]);
  checkWord("bytesKeys", options.bytesKeys, ["string", "map", "error"]);
  checkWord("legacy", options.legacy, [true, false]);
}
