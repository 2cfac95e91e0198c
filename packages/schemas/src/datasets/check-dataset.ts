import type { Dataset } from "@dataqueues/arrays";

import type { Issue } from "../issue.ts";
import { checkAttributes, checkVariables } from "./check-array.ts";
import { alternatives, checkDims } from "./check-dims.ts";
import type { DatasetDefinition } from "./definition.ts";

/**
 * Checks a Dataset as xradio's `check_dataset`: dims, attributes, coordinates, data variables, each in definition
 * order.
 */
export function checkDataset(dataset: Dataset, definition: DatasetDefinition, strict = false): readonly Issue[] {
  const { attrs, coords, dataVars } = dataset;
  return [
    checkDims(dataset.dims, datasetDims(definition, dataset.dims), true) ?? [],
    checkAttributes(attrs, definition.attrs ?? {}, ["attrs"], strict),
    checkVariables(coords, coords, definition.coords ?? {}, "coords", strict),
    checkVariables(dataVars, coords, definition.dataVars ?? {}, "data_vars", strict),
  ].flat();
}

/**
 * The dimensions that a dataset may have. If they follow from the variables, xradio lists all combinations of the
 * optional ones; here it is the one combination that is nearest to the dimensions found.
 */
function datasetDims(definition: DatasetDefinition, found: readonly string[]): readonly (readonly string[])[] {
  if (definition.dims !== undefined) return alternatives(definition.dims);
  const variables = Object.values({ ...definition.coords, ...definition.dataVars });
  const all = variables.flatMap(({ dims }) => alternatives(dims).flat());
  const required = variables
    .filter(({ optional = false }) => !optional)
    .flatMap(({ dims }) => {
      const forms = alternatives(dims);
      return forms.flat().filter((dim) => forms.every((form) => form.includes(dim)));
    });
  return [[...new Set(all)].filter((dim) => required.includes(dim) || found.includes(dim))];
}
