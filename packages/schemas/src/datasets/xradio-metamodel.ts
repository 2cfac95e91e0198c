import * as z from "zod";

import type { Issue } from "../issue.ts";
import { toIssues } from "../zod-issues.ts";

// The classes of xradio.schema.metamodel as its exporter writes them: `$class` names the class, and fields with their
// default value are left out. Documentation strings are ignored.

const dims = z.array(z.array(z.string()));
const optional = z.boolean().default(false);

const attributeSchema = z.object({
  $class: z.literal("AttrSchemaRef"),
  name: z.string(),
  type: z
    .enum(["bool", "str", "int", "float", "list[str]", "list[float]", "list[list[float]]", "dict", "dataarray"])
    .nullish(),
  literal: z.array(z.union([z.string(), z.number(), z.boolean()])).nullish(),
  default: z.unknown().optional(),
  optional,
  get dict_schema() {
    return dictSchema.nullish();
  },
  get array_schema() {
    return arraySchema.nullish();
  },
});

const dictSchema = z.object({ $class: z.literal("DictSchema"), attributes: z.array(attributeSchema) });

const arraySchema = z.object({
  $class: z.literal("ArraySchema"),
  dimensions: dims,
  dtypes: z.array(z.string()),
  attributes: z.array(attributeSchema),
  get coordinates() {
    return z.array(variableSchema);
  },
});

const variableSchema = arraySchema.extend({ $class: z.literal("ArraySchemaRef"), name: z.string(), optional });

const datasetSchema = z.object({
  $class: z.literal("DatasetSchema"),
  schema_name: z.string(),
  dimensions: dims,
  coordinates: z.array(variableSchema),
  data_vars: z.array(variableSchema),
  attributes: z.array(attributeSchema),
});

export type XradioAttribute = z.infer<typeof attributeSchema>;
export type XradioArray = z.infer<typeof arraySchema>;
export type XradioVariable = z.infer<typeof variableSchema>;
export type XradioDataset = z.infer<typeof datasetSchema>;

/** Reads the parsed file, or returns its issues. */
export function readMetamodel(
  json: unknown,
): { readonly schema: XradioDataset } | { readonly issues: readonly Issue[] } {
  const result = datasetSchema.safeParse(json);
  return result.success ? { schema: result.data } : { issues: toIssues(result.error.issues, json) };
}
