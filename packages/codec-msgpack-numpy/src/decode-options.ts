import { checkWord } from "@dataqueues/arrays";
import type { Copy } from "@dataqueues/arrays";

import type { EncodeOptions } from "./encode-options.ts";

/** Options of `decode`. */
export interface DecodeOptions extends EncodeOptions {
  /**
   * "auto", the default: arrays are views of the message if they are aligned and little-endian, else copies.
   * "always": copies, which do not keep the message alive. "never": views, or an error with code `copy`.
   */
  readonly copy?: Copy | undefined;
  /**
   * "plain", the default: numpy scalars become plain values, which have the same value when they are sent on: numbers,
   * booleans, text, bytes, {@link Complex}, and {@link NumpyScalar} for times, whose unit is in the dtype. "typed": all numpy
   * scalars become {@link NumpyScalar}, which keeps their dtype.
   */
  readonly scalars?: "plain" | "typed" | undefined;
  /**
   * What to do with bytes as keys of a dict that does not represent an array or scalar. "string", the default: they become
   * text. "map": the dict becomes a Map, which can have text and bytes as keys. "error": the dict is refused. A dict with a
   * key that is neither text nor bytes always becomes a Map.
   */
  readonly bytesKeys?: "string" | "map" | "error" | undefined;
  /** Also reads what msgpack-numpy 0.4.2 to 0.4.5 wrote with `use_bin_type=False`, where text and bytes have one type. */
  readonly legacy?: boolean | undefined;
}

/** @throws TypeError that names an invalid option. `checkLimits` and `Extensions` check theirs. */
export function checkDecodeOptions(options: DecodeOptions): void {
  checkWord("copy", options.copy, ["auto", "always", "never"]);
  checkWord("scalars", options.scalars, ["plain", "typed"]);
  checkWord("bytesKeys", options.bytesKeys, ["string", "map", "error"]);
  checkWord("legacy", options.legacy, [true, false]);
}
