import { comparison } from "../issue.ts";
import type { Issue } from "../issue.ts";
import { typeName } from "../type-name.ts";
import type { AttributeDefinition, Literal } from "./definition.ts";

/** An attribute without parts that have definitions of their own. */
export type PlainAttribute = Exclude<AttributeDefinition, { readonly type: "dict" | "dataarray" }>;

const isNumber = (value: unknown): boolean => typeof value === "number";
const isText = (value: unknown): boolean => typeof value === "string";
const isListOf = (value: unknown, isItem: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isItem);

const accepts: Readonly<Record<PlainAttribute["type"], (value: unknown) => boolean>> = {
  any: () => true,
  bool: (value) => typeof value === "boolean",
  str: isText,
  int: (value) => typeof value === "bigint" || Number.isInteger(value),
  float: isNumber,
  "list[str]": (value) => isListOf(value, isText),
  "list[float]": (value) => isListOf(value, isNumber),
  "list[list[float]]": (value) => isListOf(value, (row) => isListOf(row, isNumber)),
};

/** Checks the type and the literal of an attribute that is present. */
export function checkAttribute(value: unknown, definition: PlainAttribute): Issue[] {
  const { type, literal } = definition;
  if (!accepts[type](value)) return [wrongType(`is not a ${complaint(type, value)}!`, value, definition)];
  if (literal === undefined || literal.some((allowed) => isSame(value, allowed))) return [];
  const message = `Disallowed literal value!${comparison(literal, value)}`;
  return [{ code: "bad_literal", path: [], message, found: value, expected: literal }];
}

/** The issue for an attribute of another type, as xradio words it. */
export function wrongType(message: string, value: unknown, { type, optional = false }: AttributeDefinition): Issue {
  const found = typeName(value);
  const expected = [type === "dataarray" ? "DataArray" : type, ...(optional ? ["NoneType"] : [])];
  return { code: "wrong_attr_type", path: [], message: `${found} ${message}`, found, expected };
}

function complaint(type: PlainAttribute["type"], value: unknown): string {
  if (type === "list[str]") return Array.isArray(value) ? "list of strings" : "list";
  if (type === "list[float]") return "list of floats";
  return type === "list[list[float]]" ? "list of lists of floats" : type;
}

function isSame(value: unknown, literal: Literal): boolean {
  if (typeof value === "bigint") return Number(value) === literal;
  if (typeof literal !== "object") return value === literal;
  return (
    Array.isArray(value) &&
    value.length === literal.length &&
    literal.every((item, index) => isSame(value[index], item))
  );
}
