import { schemaError } from "../issue.ts";
import type { DatasetSchema, DatasetSchemaOptions } from "./dataset-schema.ts";
import { datasetSchema } from "./dataset-schema.ts";
import { readMetamodel } from "./xradio-metamodel.ts";
import { toDatasetDefinition } from "./xradio-definition.ts";

/**
 * A schema from a file that xradio's `export_schema_json_file` wrote, checked as xradio's `check_dataset` does.
 *
 * @param json - the parsed file, or its text
 * @throws SchemaError with everything that makes the file no exported DatasetSchema
 * @throws FormatError for a dtype that is not one of numpy's
 * @throws SyntaxError for text that is no JSON
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
