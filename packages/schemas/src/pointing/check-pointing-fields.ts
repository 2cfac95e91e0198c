import type { Issue } from "../issue.ts";
import { pointingDtype } from "./pointing-fields.ts";
import { isRecord } from "../recognise.ts";
import { typeName } from "../type-name.ts";

/** Columns of a pointing array, and the issues with the fields that were given. */
export interface PointingColumns {
  readonly columns: Readonly<Record<string, readonly (string | number)[]>>;
  readonly issues: readonly Issue[];
}

/** The length of `<U8` in characters. numpy cuts longer names silently. */
const nameLength = 8;

/** Reads the fields of a `PointingNumpyArray`, whatever the value is. Issues come in the order of the fields. */
export function checkPointingFields(fields: unknown): PointingColumns {
  if (!isRecord(fields)) {
    const message = `fields by their names are needed, this is ${typeName(fields)}`;
    return {
      columns: {},
      issues: [{ code: "wrong_type", path: [], message, found: typeName(fields), expected: "dict" }],
    };
  }
  const columns: Record<string, readonly (string | number)[]> = {};
  const issues: Issue[] = [];
  for (const [name, format] of pointingDtype) {
    const given = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (given === undefined) {
      issues.push({ code: "missing_field", path: [name], message: `field '${name}' is missing`, expected: format });
      continue;
    }
    const column = toList(given);
    columns[name] = column as readonly (string | number)[];
    for (const issue of format === "<U8" ? checkNames(name, column) : checkNumbers(name, column)) issues.push(issue);
  }
  for (const name of Object.keys(fields)) {
    if (pointingDtype.some(([known]) => known === name)) continue;
    issues.push({ code: "unknown_field", path: [name], message: `there is no field '${name}'`, found: name });
  }
  return { columns, issues: [...issues, ...checkLengths(columns)] };
}

function toList(given: unknown): readonly unknown[] {
  if (given instanceof Float64Array) return [...given];
  return Array.isArray(given) ? given : [given];
}

function checkNames(field: string, names: readonly unknown[]): Issue[] {
  const wrong = names.findIndex((name) => typeof name !== "string");
  if (wrong !== -1) return [wrongType(field, names, wrong, "str")];
  return names.flatMap((name, index): Issue[] => {
    const length = Array.from(String(name)).length;
    if (length <= nameLength) return [];
    const message = `'${String(name)}' has ${length} characters, ${nameLength} are the most`;
    return [{ code: "name_too_long", path: [field, index], message, found: name, expected: nameLength }];
  });
}

function checkNumbers(field: string, numbers: readonly unknown[]): Issue[] {
  const wrong = numbers.findIndex((number) => typeof number !== "number");
  return wrong === -1 ? [] : [wrongType(field, numbers, wrong, "float")];
}

function wrongType(field: string, items: readonly unknown[], index: number, expected: string): Issue {
  const item = items[index];
  // Not `int`, which fields take as a number: the message must say that a bigint is wrong.
  const found = typeof item === "bigint" ? "bigint" : typeName(item);
  const message = `field '${field}' takes ${expected}, not ${found}`;
  return { code: "wrong_type", path: items.length === 1 ? [field] : [field, index], message, found, expected };
}

function checkLengths(columns: PointingColumns["columns"]): Issue[] {
  const [first, ...others] = Object.entries(columns);
  if (first === undefined) return [];
  const [name, { length }] = first;
  return others.flatMap(([other, column]): Issue[] => {
    if (column.length === length) return [];
    const message = `field '${other}' has the length ${column.length}, '${name}' has ${length}`;
    return [{ code: "unequal_length", path: [other], message, found: column.length, expected: length }];
  });
}
