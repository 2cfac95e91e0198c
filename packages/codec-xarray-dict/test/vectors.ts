import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const directory = join(import.meta.dirname, "vectors");

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
  readonly sizes: Readonly<Record<string, number>>;
  readonly coords: Readonly<Record<string, VariableVector>>;
  readonly dataVars: Readonly<Record<string, VariableVector>>;
}

export function readVectors(): Vector[] {
  const manifest: { vectors: Omit<Vector, "bytes">[] } = JSON.parse(
    readFileSync(join(directory, "manifest.json"), "utf8"),
  );
  return manifest.vectors.map((vector) => ({
    ...vector,
    bytes: new Uint8Array(readFileSync(join(directory, vector.file))),
  }));
}

/** Messages of msgpack-numpy that are no Dataset, by name. */
export function readRefused(): Map<string, Uint8Array> {
  const files = readdirSync(join(directory, "refused"));
  return new Map(
    files.map((file) => [file.replace(".msgpack", ""), new Uint8Array(readFileSync(join(directory, "refused", file)))]),
  );
}
