import { FormatError, descrToDtype } from "@dataqueues/arrays";

import type { ArrayDefinition, AttributeDefinition, DatasetDefinition } from "./definition.ts";

/** A kind and a size: the only text that `checkDtype` compares, of all that numpy takes. */
const form = /^[<>=|]?[a-zA-Z]\d+(?:\[.+\])?$/;

/**
 * Parses every dtype of a definition, so that one that is mistyped is found when the schema is made.
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
  if (form.test(name)) return;
  const message = `${JSON.stringify(name)} is no dtype as numpy prints it, such as "<f8": a schema compares texts`;
  throw new FormatError(message, { codec: "numpy", code: "dtype" });
}

function parseAttribute(definition: AttributeDefinition): void {
  if (definition.type === "dict") Object.values(definition.entries).forEach(parseAttribute);
  if (definition.type === "dataarray") parseArray(definition.array);
}
