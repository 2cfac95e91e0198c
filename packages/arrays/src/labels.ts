import { isList } from "./types.ts";
import type { Variable, Variables } from "./variable.ts";

/** A value of a coordinate, as `NdArray.at` returns it. A Date finds times of unit s, ms, us and ns. */
export type Label = string | number | bigint | boolean | Date;

/** What `sel` takes for a dimension: one label (which removes the dimension) or a list of labels. */
export type Labels = Label | readonly Label[];

const perMillisecond: ReadonlyMap<string, bigint> = new Map([
  ["<M8[ms]", 1n],
  ["<M8[us]", 1_000n],
  ["<M8[ns]", 1_000_000n],
]);

/**
 * The positions of labels along each dimension, for `isel`.
 *
 * @throws RangeError for a dimension without a coordinate, or a label that the coordinate does not have exactly once
 */
export function positionsOf(
  labels: Readonly<Record<string, Labels>>,
  coords: Variables,
): Readonly<Record<string, number | readonly number[]>> {
  return Object.fromEntries(
    Object.entries(labels).map(([dim, wanted]) => [dim, positionsAlong(dim, wanted, coords[dim])]),
  );
}

function positionsAlong(dim: string, labels: Labels, coordinate: Variable | undefined): number | readonly number[] {
  if (coordinate === undefined || coordinate.dims[0] !== dim) {
    throw new RangeError(`there is no coordinate along a dimension '${dim}' to find labels in; isel takes positions`);
  }
  const found = new Map<unknown, number[]>();
  for (let index = 0; index < coordinate.size; index++) {
    const key = comparable(coordinate.data.at(index), coordinate.dtype);
    const before = found.get(key);
    if (before === undefined) found.set(key, [index]);
    else before.push(index);
  }
  const positionOf = (label: Label): number => {
    const [position, ...others] = found.get(comparable(label, coordinate.dtype)) ?? [];
    if (position === undefined) throw new RangeError(`coordinate '${dim}' has no label ${describe(label)}`);
    if (others.length > 0)
      throw new RangeError(`coordinate '${dim}' has ${describe(label)} ${others.length + 1} times`);
    return position;
  };
  return isList(labels) ? labels.map(positionOf) : positionOf(labels);
}

/** A key for a Map that is the same for equal labels: a number and a bigint, or a Date and its count of units. */
function comparable(label: unknown, dtype: string): unknown {
  if (label instanceof Date) {
    const milliseconds = label.getTime();
    if (Number.isNaN(milliseconds)) return label;
    const factor = perMillisecond.get(dtype);
    if (factor === undefined) return dtype === "<M8[s]" ? milliseconds / 1000 : label;
    return comparable(BigInt(milliseconds) * factor, dtype);
  }
  if (typeof label !== "bigint") return label;
  return Number.isSafeInteger(Number(label)) ? Number(label) : label;
}

function describe(label: Label): string {
  if (label instanceof Date) return Number.isNaN(label.getTime()) ? "an invalid Date" : label.toISOString();
  return typeof label === "string" ? `'${label}'` : String(label);
}
