import type { CheckedDataset } from "./datasets/checked-dataset.ts";
import { datasetSchema } from "./datasets/dataset-schema.ts";
import { pointingTableDefinition } from "./pointing-table-definition.ts";

/** The schema of pointing tables as xarray Datasets. It reports everything that is wrong. */
export const PointingTable = datasetSchema(pointingTableDefinition);

export type PointingTable = CheckedDataset<typeof pointingTableDefinition>;
