import { descrToDtype, dtypeFromName, FormatError } from "@dataqueues/arrays";

import { comparison } from "../issue.ts";
import type { Issue } from "../issue.ts";
import type { ArrayDefinition, AttributeDefinition, DatasetDefinition, DTypes } from "./definition.ts";

/**
 * Checks a dtype as xradio's `check_dtype`: exactly one of the expected, or the same kind for one without a size
 * (`<U0`).
 */
export function checkDtype(found: string, expected: DTypes): Issue | undefined {
  const allowed = typeof expected === "string" ? [expected] : expected;
  if (allowed.some((dtype) => matches(found, dtype))) return undefined;
  const message = `Wrong numpy dtype${comparison(allowed, found)}`;
  return { code: "wrong_dtype", path: ["dtype"], message, found, expected: allowed };
}

function matches(found: string, expected: string): boolean {
  // Most dtypes are equal as text, and need no parsing.
  if (found === expected) return true;
  const printed = dtypeFromName(expected);
  const anySize = printed.slice(2) === "0";
  return found === printed || (anySize && found.charAt(1) === printed.charAt(1));
}

/** A kind and a size. Of all notations that numpy accepts, `checkDtype` compares this one only. */
const kindAndSize = /^[<>=|]?[a-zA-Z]\d+(?:\[.+\])?$/;

/**
 * Parses every dtype of a definition, so that a mistyped one is found when the schema is made.
 *
 * @throws FormatError for a dtype that is not one of numpy's
 */
export function parseDtypes({ coords = {}, dataVars = {}, attrs = {} }: Omit<DatasetDefinition, "name">): void {
  [...Object.values(coords), ...Object.values(dataVars)].forEach(parseArray);
  Object.values(attrs).forEach(parseAttribute);
}

function parseArray({ dtype, coords = {}, attrs = {} }: ArrayDefinition): void {
  (typeof dtype === "string" ? [dtype] : dtype).forEach(parseName);
  parseDtypes({ coords, attrs });
}

function parseName(name: string): void {
  descrToDtype(name);
  if (kindAndSize.test(name)) return;
  const message = `${JSON.stringify(name)} is no dtype as numpy prints it, such as "<f8": a schema compares texts`;
  throw new FormatError(message, { codec: "numpy", code: "dtype" });
}

function parseAttribute(definition: AttributeDefinition): void {
  if (definition.type === "dict") Object.values(definition.entries).forEach(parseAttribute);
  if (definition.type === "dataarray") parseArray(definition.array);
}
