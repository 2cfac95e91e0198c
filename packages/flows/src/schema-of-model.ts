import type { Codec, Schema } from "@dataqueues/core";
import {
  GainTable,
  JonesMatrices,
  metrics,
  MetricPayload,
  PointingNumpyArray,
  PointingTable,
  RcalGainTable,
} from "@dataqueues/schemas";

/**
 * The schemas of `@dataqueues/schemas`, by the `data_model` of a flow and the codec: one name can stand for different values.
 * A codec that never gives such values is left out, as a schema would then refuse them all.
 */
const known: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  MetricPayload: { json: MetricPayload, msgpack_numpy: MetricPayload },
  PointingNumpyArray: { npy: PointingNumpyArray, msgpack_numpy: PointingNumpyArray },
  PointingTable: { xarray: PointingTable, xarray_dict: PointingTable },
  GainTable: { xarray: GainTable, xarray_dict: GainTable },
  // What vis-receive's flows call the results of real-time calibration.
  Gains: { npy: JonesMatrices, xarray: RcalGainTable, xarray_dict: RcalGainTable },
};

/**
 * The schema of a flow's `data_model`; undefined for a model that is not known, or not in this format. That of `MetricPayload` is
 * the schema of its one metric, if the flow tells which.
 *
 * @param own - schemas of the caller by the data models they are for, which come first
 */
export function schemaOfModel(
  dataModel: string,
  codec: Codec | undefined,
  metricType: string | undefined,
  own: Readonly<Record<string, Schema>>,
): Schema | undefined {
  if (Object.hasOwn(own, dataModel)) return own[dataModel];
  if (codec === undefined || !Object.hasOwn(known, dataModel)) return undefined;
  const schema = known[dataModel]?.[codec.name];
  return schema === MetricPayload ? (metrics.find(({ name }) => name === metricType) ?? schema) : schema;
}
