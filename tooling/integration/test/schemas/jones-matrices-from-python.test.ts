import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { decode } from "@dataqueues/codec-npy";
import { SchemaError } from "@dataqueues/core";
import { check, JonesMatrices } from "@dataqueues/schemas";
import { expect, test } from "vitest";

/** An array as tooling/python/scripts/jones_vectors.py tells it. */
interface Vector {
  readonly name: string;
  readonly npy: string;
  readonly problems: readonly string[];
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: string;
}

const file = join(import.meta.dirname, "../../../../packages/schemas/test/vectors/jones.json");
const { vectors }: { vectors: readonly Vector[] } = JSON.parse(await readFile(file, "utf8"));

test.each(vectors)("numpy's array is read, and accepted unless Python finds a problem: $name", (vector) => {
  const array = decode(Buffer.from(vector.npy, "hex"));
  expect(problemsOf(array)).toEqual(vector.problems);
  if (vector.problems.length > 0) return;
  const jones = check(JonesMatrices, array);
  expect(jones.dtype).toBe(vector.dtype);
  expect(jones.shape).toEqual(vector.shape);
  expect(Buffer.from(jones.bytes).toString("hex")).toBe(vector.data);
});

function problemsOf(array: unknown): readonly string[] {
  try {
    check(JonesMatrices.with({ collect: true }), array);
    return [];
  } catch (error) {
    if (error instanceof SchemaError) return error.issues.map(({ code }) => code ?? "");
    throw error;
  }
}
