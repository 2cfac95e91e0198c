import { comparison } from "../issue.ts";
import type { Issue } from "../issue.ts";
import type { Dims } from "./definition.ts";

/** The alternatives of dimensions. A single list is the only alternative. */
export function alternatives(dims: Dims): readonly (readonly string[])[] {
  const [first] = dims;
  return Array.isArray(first) ? (dims as readonly (readonly string[])[]) : [dims as readonly string[]];
}

/**
 * Checks dimensions as xradio's `check_dimensions`: they must be the same set as one alternative, and for arrays in the
 * same order. The message compares them with the nearest alternative, names sorted.
 */
export function checkDims(
  found: readonly string[],
  expected: readonly (readonly string[])[],
  anyOrder = false,
): Issue | undefined {
  const same = expected.find((dims) => distance(found, dims) === 0);
  if (same !== undefined) {
    if (anyOrder || same.every((dim, axis) => dim === found[axis])) return undefined;
    const message = `Dimensions are in the wrong order! Consider transpose()${comparison([same], found)}`;
    return { code: "wrong_dim_order", path: ["dims"], message, found, expected: [same] };
  }
  const nearest = expected.reduce((best, dims) => (distance(found, dims) < distance(found, best) ? dims : best));
  const superfluous = quote(difference(found, nearest));
  const missing = quote(difference(nearest, found));
  const [code, sentence] =
    superfluous === ""
      ? ["missing_dim", `Missing dimension ${missing}!`]
      : missing === ""
        ? ["superfluous_dim", `Superfluous coordinate ${superfluous}?`]
        : ["wrong_dims", `Unexpected coordinates, replace ${superfluous} by ${missing}?`];
  return { code, path: ["dims"], message: sentence + comparison(expected, found), found, expected };
}

function distance(a: readonly string[], b: readonly string[]): number {
  return difference(a, b).length + difference(b, a).length;
}

function difference(a: readonly string[], b: readonly string[]): readonly string[] {
  return a.filter((dim) => !b.includes(dim));
}

function quote(dims: readonly string[]): string {
  return dims
    .toSorted()
    .map((dim) => `'${dim}'`)
    .join(",");
}
