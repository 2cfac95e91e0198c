import type { ArrayDefinition, AttributeDefinition, DatasetDefinition, VariableDefinition } from "./definition.ts";
import type { XradioArray, XradioAttribute, XradioDataset, XradioVariable } from "./xradio-metamodel.ts";

/** xradio's schema in the form of `datasetSchema()`. */
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
    // An exported dataarray always names its schema.
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
