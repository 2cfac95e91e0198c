import { arrow } from "@dataqueues/codec-arrow";
import { expect, test } from "vitest";

import { PythonArrow } from "./python-arrow.ts";
import type { Form, TableName } from "./python-arrow.ts";
import { tellTable } from "./tell-values.ts";

const python = new PythonArrow();
const formats = ["stream", "file"] as const;

/** What pyarrow writes, and what the other libraries write by themselves. */
const written: readonly (readonly [TableName, Form])[] = [
  ...[
    "every-type",
    "every-type/slice",
    "every-type/batches",
    "every-type/no-rows",
    "every-type-long",
    "metadata",
    "metadata/batches",
    "delta-dictionaries",
    "delta-dictionaries/slice",
    "negative-scale",
    "no-columns",
    "pandas",
    "duckdb",
    "duckdb/batches",
  ].flatMap((name) => formats.map((format): [TableName, Form] => [name, format])),
  // Files cannot replace a dictionary.
  ["replaced-dictionaries", "stream"],
  ["", "polars stream"],
  ["", "polars stream, oldest"],
  ["", "polars file"],
  ["", "feather, uncompressed"],
];

test.for(written)("%s as a %s is decoded with the values that pyarrow reads", async ([name, form]) => {
  const bytes = await python.make(name, form);
  expect(tellTable(arrow().decode(bytes))).toEqual(await python.tell(bytes));
});

test.for(written)("%s as a %s is encoded with the types, metadata and values it came with", async ([name, form]) => {
  const table = arrow().decode(await python.make(name, form));
  expect(await python.differences(name, arrow().encode(table), form)).toEqual([]);
  if (name === "replaced-dictionaries") return;
  expect(await python.differences(name, arrow({ format: "file" }).encode(table), form)).toEqual([]);
});

test.for(["every-type", "delta-dictionaries", "duckdb"])(
  "a slice of %s, within a batch or over several, is encoded with the values of pyarrow's slice",
  async (name) => {
    for (const whole of [name, `${name}/batches`]) {
      const table = arrow().decode(await python.make(whole));
      expect(await python.differences(`${name}/slice`, arrow().encode(table.slice(3, 9)))).toEqual([]);
    }
  },
);

test("a column without a name is decoded, but not encoded: apache-arrow would not write the name", async () => {
  for (const format of formats) {
    const bytes = await python.make("nameless", format);
    const table = arrow().decode(bytes);
    expect(tellTable(table)).toEqual(await python.tell(bytes));
    expect(() => arrow({ format }).encode(table)).toThrow(TypeError);
  }
});

test("differences are found in types, metadata and single values", async () => {
  const [low, replaced, metadata, slice] = await Promise.all(
    ["delta-dictionaries", "replaced-dictionaries", "metadata", "metadata/batches"].map((name) => python.make(name)),
  );
  expect(await python.differences("delta-dictionaries", low ?? expect.fail())).toEqual([]);
  expect(await python.differences("delta-dictionaries", replaced ?? expect.fail())).not.toEqual([]);
  expect(await python.differences("metadata", slice ?? expect.fail())).toEqual([]);
  const table = arrow().decode(metadata ?? expect.fail());
  table.schema.fields[1]?.metadata.set("unit", "K");
  // In the schema, and in the column.
  expect(await python.differences("metadata", arrow().encode(table))).toHaveLength(2);
});

const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);

test(`500 random tables are decoded and encoded with the values that pyarrow reads (DATAQUEUES_SEED=${seed})`, async () => {
  const differing: unknown[] = [];
  let values = 0;
  for (let name = seed; name < seed + 500; name++) {
    const bytes = await python.make(name, formats[name % 2]);
    const table = arrow().decode(bytes);
    const contents = tellTable(table);
    values += contents.columns.flatMap((column) => column.values).length;
    const [told, differences] = await Promise.all([
      python.tell(bytes),
      python.differences(name, arrow({ format: formats[name % 3 === 0 ? 1 : 0] }).encode(table)),
    ]);
    try {
      expect(contents).toEqual(told);
      expect(differences).toEqual([]);
    } catch (error) {
      differing.push({ name, error });
    }
  }
  expect(differing).toEqual([]);
  expect(values).toBeGreaterThan(5_000);
}, 300_000);

test(`slices of 500 random tables are encoded with the values of pyarrow's slices (DATAQUEUES_SEED=${seed})`, async () => {
  const differing: unknown[] = [];
  for (let name = seed; name < seed + 500; name++) {
    const table = arrow().decode(await python.make(name));
    const [start, end] = [Math.floor(table.numRows / 3), table.numRows - Math.floor(table.numRows / 5)];
    const bytes = arrow({ format: formats[name % 2] }).encode(table.slice(start, end));
    const differences = await python.differences(name, bytes, "stream", [start, end]).catch(String);
    if (!Array.isArray(differences) || differences.length > 0) differing.push({ name, start, end, differences });
  }
  expect(differing).toEqual([]);
}, 300_000);

test.for([["polars stream"], ["polars stream, oldest"], ["polars file"]] as const)(
  "polars reads a %s of its own as it was after it was decoded and encoded here",
  async ([form]) => {
    const table = arrow().decode(await python.make("", form));
    expect(await python.differencesIn("polars", "", arrow().encode(table), form)).toEqual([]);
    expect(await python.differencesIn("polars", "", arrow({ format: "file" }).encode(table), form)).toEqual([]);
  },
);

test("DuckDB reads a table of its own as it was after it was decoded and encoded here", async () => {
  const table = arrow().decode(await python.make("duckdb"));
  expect(await python.differencesIn("duckdb", "duckdb", arrow().encode(table), "stream")).toEqual([]);
});
