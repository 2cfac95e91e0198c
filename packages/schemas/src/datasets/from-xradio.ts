import { schemaError } from "@dataqueues/core";

import { datasetSchema } from "./dataset-schema.ts";
import type { DatasetSchema, DatasetSchemaOptions } from "./dataset-schema.ts";
import type { ArrayDefinition, AttributeDefinition, DatasetDefinition, VariableDefinition } from "./definition.ts";
import { readMetamodel } from "./xradio-metamodel.ts";
import type { XradioArray, XradioAttribute, XradioDataset, XradioVariable } from "./xradio-metamodel.ts";

/**
 * A schema from a file that xradio's `export_schema_json_file` wrote, checked as xradio's `check_dataset` does.
 *
 * @param json - the parsed file, or its text
 * @throws SchemaError with everything in the file that is not as in an exported DatasetSchema
 * @throws FormatError for a dtype that is not one of numpy's
 * @throws SyntaxError for text that is not JSON
 *
 * @example
 * ```ts
 * const SpectrumXds = fromXradio(await readFile("schemas/SpectrumXds.json", "utf8"));
 * check(SpectrumXds, dataset);
 * ```
 */
export function fromXradio(json: unknown, options: DatasetSchemaOptions = {}): DatasetSchema {
  const parsed: unknown = typeof json === "string" ? JSON.parse(json) : json;
  const result = readMetamodel(parsed);
  if ("issues" in result) throw schemaError("this is no dataset schema exported by xradio", result.issues);
  return datasetSchema(toDatasetDefinition(result.schema), options);
}

/** Converts xradio's schema to a definition for `datasetSchema()`. */
export function toDatasetDefinition(schema: XradioDataset): DatasetDefinition {
  return {
    name: schema.schema_name,
    dims: schema.dimensions,
    coords: byName(schema.coordinates, toVariable),
    dataVars: byName(schema.data_vars, toVariable),
    attrs: byName(schema.attributes, toAttribute),
  };
}

function toVariable(schema: XradioVariable): VariableDefinition {
  const versions = schema.attributes.find(({ name }) => name === "allow_multiple_versions")?.default === true;
  return { ...toArray(schema), optional: schema.optional, versions };
}

function toArray(schema: Pick<XradioArray, "dimensions" | "dtypes" | "coordinates" | "attributes">): ArrayDefinition {
  return {
    dims: schema.dimensions,
    dtype: schema.dtypes,
    coords: byName(schema.coordinates, toVariable),
    attrs: byName(schema.attributes, toAttribute),
  };
}

function toAttribute({ type, optional, literal, dict_schema, array_schema }: XradioAttribute): AttributeDefinition {
  if (type === "dict") return { type, optional, entries: byName(dict_schema?.attributes ?? [], toAttribute) };
  if (type === "dataarray") {
    // Exported files always have the schema of a dataarray.
    return array_schema ? { type, optional, array: toArray(array_schema) } : { type: "any", optional };
  }
  return { type: type ?? "any", optional, ...(literal ? { literal } : {}) };
}

function byName<Item extends { readonly name: string }, Definition>(
  items: readonly Item[],
  define: (item: Item) => Definition,
): Readonly<Record<string, Definition>> {
  const record: Record<string, Definition> = Object.create(null);
  for (const item of items) record[item.name] = define(item);
  return record;
}
