import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A variable as Python describes it: text as a list, anything else as the hex digits of its bytes. */
export interface VariableVector {
  readonly dims: readonly string[];
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: string | readonly string[];
}

/** Bytes that Python wrote, and what is in them. Made by `tooling/python/scripts/xarray_vectors.py`. */
export interface Vector {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** `str(dataset)` */
  readonly text: string;
  /** `str()` of the first data variable, values in a line. */
  readonly first: string | null;
  readonly sizes: Readonly<Record<string, number>>;
  readonly coords: Readonly<Record<string, VariableVector>>;
  readonly dataVars: Readonly<Record<string, VariableVector>>;
}

export function readVectors(directory: string): Vector[] {
  const manifest: { vectors: Omit<Vector, "bytes">[] } = JSON.parse(
    readFileSync(join(directory, "manifest.json"), "utf8"),
  );
  return manifest.vectors.map((vector) => ({ ...vector, bytes: aligned(readFileSync(join(directory, vector.file))) }));
}

/** A copy that starts where its buffer starts; a Buffer starts anywhere. */
function aligned(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
