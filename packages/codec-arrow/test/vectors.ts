import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A stream or file that Python wrote, and what is in it. Made by `tooling/python/scripts/arrow_vectors.py`. */
export interface ArrowVector {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly columns: readonly {
    readonly name: string;
    /** As pyarrow prints it. */
    readonly type: string;
    readonly values: readonly unknown[];
  }[];
}

const directory = join(import.meta.dirname, "vectors");

export function readVectors(): ArrowVector[] {
  const manifest: { vectors: Record<string, Omit<ArrowVector, "file" | "bytes">> } = JSON.parse(
    readFileSync(join(directory, "manifest.json"), "utf8"),
  );
  return Object.entries(manifest.vectors).map(([file, vector]) => ({ file, bytes: readVector(file), ...vector }));
}

/** A copy that starts where its buffer starts; a Buffer starts anywhere. */
export function readVector(file: string): Uint8Array {
  return new Uint8Array(readFileSync(join(directory, file)));
}
