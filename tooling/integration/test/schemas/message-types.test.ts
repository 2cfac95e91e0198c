import type { Dataset, RecordArray } from "@dataqueues/arrays";
import { JonesMatrices, MetricPayload, PointingNumpyArray, PointingTable } from "@dataqueues/schemas";
import { type } from "arktype";
import { DataQueueConsumer, Encoding, memory } from "dataqueues";
import * as v from "valibot";
import { expectTypeOf, test } from "vitest";
import * as z from "zod";

// The compiler checks these types; running the test shows only that it runs.
test("a message's value has the type of the schema, or of the encoding if there is no schema", () => {
  const log = memory();
  const metrics = new DataQueueConsumer(log, { encoding: Encoding.MSGPACK_NUMPY, schema: MetricPayload });
  expectTypeOf(metrics).toEqualTypeOf<DataQueueConsumer<MetricPayload>>();
  const tables = new DataQueueConsumer(log, {
    encoding: Encoding.XARRAY,
    schema: PointingTable.with({ strict: true }),
  });
  expectTypeOf(tables).toEqualTypeOf<DataQueueConsumer<PointingTable>>();
  const offsets = new DataQueueConsumer(log, { encoding: Encoding.MSGPACK_NUMPY, schema: PointingNumpyArray });
  expectTypeOf(offsets).toEqualTypeOf<DataQueueConsumer<RecordArray>>();
  const gains = new DataQueueConsumer(log, { encoding: Encoding.NPY, schema: JonesMatrices.with({ antennas: 2 }) });
  expectTypeOf(gains).toEqualTypeOf<DataQueueConsumer<JonesMatrices>>();

  const wind = { encoding: Encoding.JSON, schema: z.object({ wind: z.number() }) };
  expectTypeOf(new DataQueueConsumer(log, wind)).toEqualTypeOf<DataQueueConsumer<{ wind: number }>>();
  const valibot = v.object({ wind: v.number() });
  expectTypeOf(new DataQueueConsumer(log, { schema: valibot })).toEqualTypeOf<DataQueueConsumer<{ wind: number }>>();
  const arktype = type({ wind: "number" });
  expectTypeOf(new DataQueueConsumer(log, { schema: arktype })).toEqualTypeOf<DataQueueConsumer<{ wind: number }>>();
  // A schema only checks: the value has the type of zod's input, not of its output.
  const parsed = z.string().transform(Number);
  expectTypeOf(new DataQueueConsumer(log, { schema: parsed })).toEqualTypeOf<DataQueueConsumer<string>>();

  expectTypeOf(new DataQueueConsumer(log, { encoding: Encoding.XARRAY })).toEqualTypeOf<DataQueueConsumer<Dataset>>();
  const unchecked = new DataQueueConsumer(log, { encoding: Encoding.XARRAY, schema: PointingTable, validate: false });
  expectTypeOf(unchecked).toEqualTypeOf<DataQueueConsumer<Dataset>>();
  expectTypeOf(new DataQueueConsumer(log)).toEqualTypeOf<DataQueueConsumer>();
});
