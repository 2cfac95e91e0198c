import type { Variable } from "./variable.ts";

/** Variables by name, in an object without prototype, so that any name is just a name. */
export type Variables = Readonly<Record<string, Variable>>;

/** An object without prototype of the given entries. */
export function toRecord<Value>(entries: Iterable<readonly [string, Value]>): Readonly<Record<string, Value>> {
  const record: Record<string, Value> = Object.create(null);
  for (const [name, value] of entries) record[name] = value;
  return record;
}

export function mapVariables<Value>(
  variables: Variables,
  change: (variable: Variable) => Value,
): Readonly<Record<string, Value>> {
  return toRecord(Object.entries(variables).map(([name, variable]) => [name, change(variable)]));
}

/** Whether the same names have identical variables; the order of names does not matter. */
export function identicalVariables(a: Variables, b: Variables): boolean {
  const entries = Object.entries(a);
  return (
    entries.length === Object.keys(b).length &&
    entries.every(([name, one]) => {
      const other = b[name];
      return other !== undefined && one.identical(other);
    })
  );
}
