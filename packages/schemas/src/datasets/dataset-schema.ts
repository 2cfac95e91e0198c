import type { Schema } from "@dataqueues/core";

import type { Issue } from "../issue.ts";
import { isDataset } from "../recognise.ts";
import { schemaOf } from "../issue.ts";
import { typeName } from "../type-name.ts";
import { checkDataset } from "./check-dataset.ts";
import type { CheckedDataset } from "./checked-dataset.ts";
import type { DatasetDefinition } from "./definition.ts";
import { parseDtypes } from "./dtypes.ts";

/** How a Dataset is checked. */
export interface DatasetSchemaOptions {
  /** Also reports attributes, coordinates and data variables that are not in the definition. */
  readonly strict?: boolean | undefined;
}

/** A Standard Schema of Datasets, and its definition. */
export interface DatasetSchema<Definition extends DatasetDefinition = DatasetDefinition> extends Schema<
  CheckedDataset<Definition>
> {
  readonly definition: Definition;
  /** The same schema with other options. */
  with(options: DatasetSchemaOptions): DatasetSchema<Definition>;
}

/**
 * A schema of xarray Datasets from a definition. It reports all issues, by the rules of xradio's checker, in a fixed
 * order: dimensions, attributes, coordinates, data variables.
 *
 * Issues have the codes `not_a_dataset`, `missing_dim`, `superfluous_dim`, `wrong_dims`, `wrong_dim_order`,
 * `wrong_dtype`, `missing_attr`, `wrong_attr_type`, `bad_literal`, `missing_coordinate`, `missing_data_var`, and with
 * `strict` also `unexpected_attr`, `unexpected_coordinate`, `unexpected_data_var`. Paths use xarray's names:
 * `["data_vars", "pointing", "attrs", "units"]`.
 *
 * @throws FormatError for a dtype in the definition that is not one of numpy's
 *
 * @example
 * ```ts
 * const Gains = datasetSchema({
 *   name: "Gains",
 *   coords: { antenna: { dims: ["antenna"], dtype: "<U0" } },
 *   dataVars: { gain: { dims: ["antenna"], dtype: ["<c8", "<c16"], attrs: { units: { type: "str", literal: ["Jy"] } } } },
 * });
 * await producer.send(dataset, { encoding: Encoding.XARRAY, schema: Gains });
 * ```
 */
export function datasetSchema<const Definition extends DatasetDefinition>(
  definition: Definition,
  { strict = false }: DatasetSchemaOptions = {},
): DatasetSchema<Definition> {
  parseDtypes(definition);
  return {
    definition,
    with: (options) => datasetSchema(definition, options),
    ...schemaOf<CheckedDataset<Definition>>((value) =>
      isDataset(value) ? checkDataset(value, definition, strict) : [notADataset(value)],
    ),
  };
}

function notADataset(value: unknown): Issue {
  const found = typeName(value);
  return {
    code: "not_a_dataset",
    path: [],
    message: `an xarray Dataset is needed, this is ${found}`,
    found,
    expected: "Dataset",
  };
}
