import { xarray } from "@dataqueues/codec-xarray";
import { xarrayDict } from "@dataqueues/codec-xarray-dict";
import { check, datasetSchema, PointingTable } from "@dataqueues/schemas";
import { PythonCounterpart } from "@dataqueues/tooling-python";
import { afterAll, beforeAll, expect, test } from "vitest";

let python: PythonCounterpart;

beforeAll(async () => {
  python = await PythonCounterpart.start("xarray_counterpart.py");
}, 600_000);

afterAll(() => python.close());

test("a PointingTable made by xarray matches, and has nothing that the schema does not know", async () => {
  const { bytes } = await python.request({ ask: "make", dataset: "pointing-table", form: "xarray" });
  const table = check(PointingTable.with({ strict: true }), xarray().decode(bytes));
  expect(table.dataVars.pointing.data.shape).toEqual([1, 3, 1, 2, 2]);
  expect(table.attrs.discrete_offset).toEqual([
    [-0.5, 0],
    [0.5, 0],
    [NaN, NaN],
  ]);
});

test("as a dict, which has no times, it lacks only datetime, which a schema of your own may leave out", async () => {
  const { bytes } = await python.request({ ask: "make", dataset: "pointing-table", form: "xarray_dict" });
  const table = xarrayDict().decode(bytes);
  const result = await PointingTable["~standard"].validate(table);
  expect(result.issues).toEqual([
    expect.objectContaining({ code: "missing_data_var", path: ["data_vars", "datetime"] }),
  ]);
  const { dataVars, ...definition } = PointingTable.definition;
  const datetime = { ...dataVars.datetime, optional: true } as const;
  const Timeless = datasetSchema({ ...definition, dataVars: { ...dataVars, datetime } });
  expect(check(Timeless, table).dataVars.datetime).toBeUndefined();
});
