import { readFileSync } from "node:fs";
import type { NdArray, RecordArray } from "@dataqueues/arrays";
import { decode } from "@dataqueues/codec-npy";

/** What array_text_vectors.py writes of an array. */
interface WrittenCase {
  readonly name: string;
  readonly npy: string;
  /** What `numpy.array2string` prints. */
  readonly text: string;
  /** The array as `tail --json` has it, made of numpy's `tolist`; null for a large one. */
  readonly json: unknown;
}

const { cases }: { readonly cases: readonly WrittenCase[] } = JSON.parse(
  readFileSync(new URL("../vectors/array-texts.json", import.meta.url), "utf8"),
);

/** Arrays of numpy, and what numpy shows of them. */
export const arrayCases: readonly (Omit<WrittenCase, "npy"> & { readonly array: NdArray | RecordArray })[] = cases.map(
  ({ npy, ...shown }) => ({ ...shown, array: decode(Uint8Array.from(Buffer.from(npy, "base64"))) }),
);
