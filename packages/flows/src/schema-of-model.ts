import type { Schema } from "@dataqueues/core";
import { metrics, MetricPayload, PointingNumpyArray, PointingTable } from "@dataqueues/schemas";

/** The schemas of `@dataqueues/schemas`, by the `data_model` of a flow. */
const known: Readonly<Record<string, Schema>> = { MetricPayload, PointingNumpyArray, PointingTable };

/**
 * The schema of a flow's `data_model`; undefined for a model that is not known here. That of `MetricPayload` is the schema of
 * its one metric, if the flow tells which.
 *
 * @param own - schemas of the caller by the data models they are for, which come first
 */
export function schemaOfModel(
  dataModel: string,
  metricType: string | undefined,
  own: Readonly<Record<string, Schema>>,
): Schema | undefined {
  if (Object.hasOwn(own, dataModel)) return own[dataModel];
  if (!Object.hasOwn(known, dataModel)) return undefined;
  const metric = dataModel === "MetricPayload" ? metrics.find(({ name }) => name === metricType) : undefined;
  return metric ?? known[dataModel];
}
