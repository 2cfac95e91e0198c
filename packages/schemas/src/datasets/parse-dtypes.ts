import { parseDtype } from "@dataqueues/arrays";

import type { ArrayDefinition, AttributeDefinition, DatasetDefinition } from "./definition.ts";

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
  for (const name of typeof dtype === "string" ? [dtype] : dtype) parseDtype(name);
  parseDtypes({ coords, attrs });
}

function parseAttribute(definition: AttributeDefinition): void {
  if (definition.type === "dict") Object.values(definition.entries).forEach(parseAttribute);
  if (definition.type === "dataarray") parseArray(definition.array);
}
