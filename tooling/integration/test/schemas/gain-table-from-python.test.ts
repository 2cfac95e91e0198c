import { Dataset } from "@dataqueues/arrays";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { xarray } from "@dataqueues/codec-xarray";
import { xarrayDict } from "@dataqueues/codec-xarray-dict";
import { check, GainTable, RcalGainTable } from "@dataqueues/schemas";
import { PythonCounterpart } from "@dataqueues/tooling-python";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { PythonXarray } from "../xarray/python-xarray.ts";

const python = new PythonXarray();
let xradio: PythonCounterpart;

beforeAll(async () => {
  xradio = await PythonCounterpart.start("check_with_xradio.py");
}, 600_000);

afterAll(() => xradio.close());

const models = ["gains-bandpass", "gains-scalar", "gains-two-frames", "gains-lower-precision"];
const parts = ["gains-squeezed", "gains-squeezed-and-dropped", "gains-stripped"];
const read = async (name: string): Promise<Dataset> => xarray().decode(await python.make(name, "xarray"));

describe.each(models)("%s, made as the data models make it,", (name) => {
  test("matches, and has nothing that the schema does not know", async () => {
    const table = await read(name);
    expect(check(GainTable.with({ strict: true }), table)).toBe(table);
    expect(check(RcalGainTable.with({ strict: true }), table)).toBe(table);
  });

  test("matches as a dict, which has no datetime", async () => {
    const table = check(GainTable.with({ strict: true }), xarrayDict().decode(await python.make(name, "xarray_dict")));
    expect(table.dataVars.datetime).toBeUndefined();
  });
});

test("the numbers are those of Python, and so are the dimensions and attributes", async () => {
  const table = check(GainTable, await read("gains-bandpass"));
  expect(table.sizes).toEqual({ time: 2, antenna: 3, frequency: 4, receptor1: 2, receptor2: 2 });
  expect([...table.coords.time.data.data]).toEqual([5.179e9, 5.179e9 + 0.9]);
  expect(table.dataVars.gain.data.data).toHaveLength(2 * 3 * 4 * 2 * 2 * 2);
  expect(table.dataVars.datetime?.data.at(0)).toBe(BigInt(Date.UTC(2022, 11, 29, 3, 6, 40)) * 1_000_000n);
  expect(table.attrs).toMatchObject({
    data_model: "GainTable",
    jones_type: "B",
    receptor_frame1: ["X", "Y"],
    phasecentre: "294.8629 -63.7126",
    configuration: { attrs: { name: "MID" } },
  });
});

test.each(parts)("%s is an RcalGainTable and no GainTable: as Arrow, as a dict and for xradio", async (name) => {
  const dict = xarrayDict().decode(await python.make(name, "xarray_dict"));
  for (const table of [await read(name), dict]) {
    expect(check(RcalGainTable.with({ strict: true }), table)).toBe(table);
    expect(() => check(GainTable, table)).toThrow(/missing|Missing/);
  }
});

test.each([GainTable, RcalGainTable])(
  "xradio finds the same as $definition.name in each table that Python made",
  async (schema) => {
    const { value: json } = await xradio.request({ export: schema.definition.name });
    await xradio.request({ schema: json });
    for (const name of [...models, ...parts]) {
      const { value } = await xradio.request({ made: name });
      const theirs = (value as { path: readonly string[] }[]).map(({ path }) => path.join("."));
      const ours = (await schema["~standard"].validate(await read(name))).issues ?? [];
      expect(ours.map(({ path = [] }) => path.map(String).join("."))).toEqual(theirs);
    }
  },
);

test("msgpackNumpy() reads the same bytes as a dict, which Dataset.fromDict() makes a table of", async () => {
  const bytes = await python.make("gains-squeezed", "xarray_dict");
  const dict = msgpackNumpy().decode(bytes);
  expect(() => check(RcalGainTable, dict)).toThrow("an xarray Dataset is needed, this is dict");
  const table = check(RcalGainTable, Dataset.fromDict(dict));
  expect(table.identical(xarrayDict().decode(bytes))).toBe(true);
  expect(table.dataVars.gain.dims).toEqual(["antenna", "frequency", "receptor1", "receptor2"]);
  expect(table.coords.time?.data.at()).toBe(5.179e9);
});
