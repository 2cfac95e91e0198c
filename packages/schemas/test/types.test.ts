import type { NdArray, RecordArray, TypedArray } from "@dataqueues/arrays";
import type { Schema } from "@dataqueues/core";
import {
  Amplitude,
  BandAveraged,
  check,
  datasetSchema,
  GainTable,
  metric,
  metricPayload,
  MetricPayload,
  PointingNumpyArray,
  PointingTable,
  RcalGainTable,
  Spectrum,
} from "@dataqueues/schemas";
import type { AnyNumber, CheckedDataset, Numbers, PointingFields, SpectralWindow } from "@dataqueues/schemas";
import { describe, expectTypeOf, test } from "vitest";
import * as z from "zod";

import { oneAntenna } from "./python-example.ts";

// The compiler is the judge of these; running them shows only that they run.

describe("types", () => {
  test("a checked PointingTable has its variables by name, typed as their dtypes", () => {
    const read = (table: PointingTable) => {
      expectTypeOf(table.dataVars.pointing.data.data).toEqualTypeOf<Float64Array>();
      expectTypeOf(table.dataVars.pointing.dims).toExtend<readonly string[]>();
      expectTypeOf(table.dataVars.pointing.dims[1]).toEqualTypeOf<"antenna">();
      expectTypeOf(table.dataVars.pointing.dtype).toExtend<"<f8">();
      expectTypeOf(table.dataVars.datetime.data.data).toExtend<BigInt64Array>();
      expectTypeOf(table.dataVars.nominal?.data.data).toEqualTypeOf<Float64Array | undefined>();
      expectTypeOf(table.attrs.data_model).toEqualTypeOf<"PointingTable">();
      expectTypeOf(table.attrs.pointing_frame).toBeString();
      expectTypeOf(table.attrs.track_duration).toEqualTypeOf<number | null | undefined>();
      // @ts-expect-error there is no such variable
      return table.dataVars.pointings;
    };
    expectTypeOf(read).toBeFunction();
    expectTypeOf(check<PointingTable>).returns.toEqualTypeOf<PointingTable>();
  });

  test("a checked GainTable has complex numbers of either precision, and an RcalGainTable may lack time", () => {
    const read = (table: GainTable, squeezed: RcalGainTable) => {
      expectTypeOf(table.dataVars.gain.data.data).toEqualTypeOf<Float64Array | Float32Array>();
      expectTypeOf(table.dataVars.gain.dims[1]).toEqualTypeOf<"antenna">();
      expectTypeOf(table.dataVars.datetime?.data.data).toEqualTypeOf<BigInt64Array | undefined>();
      expectTypeOf(table.attrs.jones_type).toEqualTypeOf<"T" | "G" | "B" | "D" | "K">();
      expectTypeOf(squeezed.dataVars.gain.dims[0]).toEqualTypeOf<"time" | "antenna">();
      expectTypeOf(squeezed.dataVars.weight?.data.data).toEqualTypeOf<Float64Array | Float32Array | undefined>();
      expectTypeOf(squeezed.coords.time?.data.data).toEqualTypeOf<Float64Array | undefined>();
      expectTypeOf(squeezed.attrs.data_model).toEqualTypeOf<"GainTable" | null | undefined>();
    };
    expectTypeOf(read).toBeFunction();
    expectTypeOf(check<GainTable>).returns.toEqualTypeOf<GainTable>();
  });

  test("alternatives, literals and nested dicts of one's own schema are in its type", () => {
    const Gains = datasetSchema({
      name: "Gains",
      dataVars: {
        gain: { dims: [["antenna"], ["antenna", "receptor"]], dtype: ["<f4", "<c16"] },
        name: { dims: [], dtype: "<U0", optional: true },
      },
      attrs: {
        units: { type: "str", literal: ["Jy", "K"] },
        site: { type: "dict", entries: { height: { type: "float" }, names: { type: "list[str]", optional: true } } },
      },
    });
    type Gains = CheckedDataset<(typeof Gains)["definition"]>;
    expectTypeOf(Gains).toExtend<Schema<Gains>>();
    const read = ({ dataVars, attrs }: Gains) => {
      expectTypeOf(dataVars.gain.dims).toExtend<readonly ["antenna"] | readonly ["antenna", "receptor"]>();
      expectTypeOf(dataVars.gain.data.data).toEqualTypeOf<Float32Array | Float64Array>();
      expectTypeOf(dataVars.name?.dtype).toExtend<`<U${number}` | undefined>();
      expectTypeOf(attrs.units).toEqualTypeOf<"Jy" | "K">();
      expectTypeOf(attrs.site.height).toBeNumber();
      expectTypeOf(attrs.site.names).toEqualTypeOf<readonly string[] | null | undefined>();
    };
    expectTypeOf(read).toBeFunction();
  });

  test("payloads are typed by their schemas, and data_type tells them apart", () => {
    expectTypeOf<Amplitude["data"][number]>().toEqualTypeOf<{
      baseline: string;
      polarisation: "XX" | "XY" | "YX" | "YY";
      data: Numbers;
      component: Numbers;
    }>();
    expectTypeOf<SpectralWindow["channels_id"]>().toEqualTypeOf<string | number>();
    expectTypeOf<Spectrum["data_type"]>().toEqualTypeOf<"spectrum">();
    expectTypeOf<BandAveraged["data"][number]["data"]>().toEqualTypeOf<AnyNumber>();
    expectTypeOf<Numbers>().toEqualTypeOf<readonly AnyNumber[] | TypedArray | NdArray>();
    const read = (payload: MetricPayload) => {
      if ("data_type" in payload && payload.data_type === "uvcoverage") {
        expectTypeOf(payload.data[0]?.weight).toEqualTypeOf<number | undefined>();
      }
    };
    expectTypeOf(read).toBeFunction();
    expectTypeOf(Amplitude).toExtend<Schema<Amplitude>>();
    expectTypeOf(MetricPayload).toExtend<Schema<MetricPayload>>();
  });

  test("a metric of one's own is typed by its zod schema", () => {
    const Rain = metric({
      name: "rain",
      dataTypes: ["rain"],
      payload: z.object({ data_type: z.literal("rain"), mm: z.number() }),
    });
    const Payload = metricPayload([Rain, Spectrum]);
    type Payload = { data_type: "rain"; mm: number } | Spectrum;
    expectTypeOf(Payload).toExtend<Schema<Payload>>();
  });

  test("pointing fields are single values or lists, by name", () => {
    expectTypeOf(PointingNumpyArray).toExtend<Schema<RecordArray>>();
    expectTypeOf(oneAntenna).toExtend<PointingFields>();
    expectTypeOf({ ...oneAntenna, xel_offset: new Float64Array(1) }).toExtend<PointingFields>();
    expectTypeOf({ ...oneAntenna, antenna_name: 1 }).not.toExtend<PointingFields>();
    // @ts-expect-error the other fields are missing
    const fields: PointingFields = { antenna_name: "SKA001" };
    expectTypeOf(fields).toEqualTypeOf<PointingFields>();
  });
});
