import { DataArray, dataArrayName, Dataset } from "@dataqueues/arrays";

/** A Dataset as it is, a DataArray as the Dataset with that one variable; undefined for anything else. */
export function asDataset(value: unknown): Dataset | undefined {
  if (value instanceof Dataset) return value;
  if (!(value instanceof DataArray)) return undefined;
  return new Dataset({ dataVars: { [value.name ?? dataArrayName]: value } });
}
