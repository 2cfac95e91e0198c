import { join } from "node:path";
import { tableFromIPC, tableToIPC } from "apache-arrow";
import type { Data, Table } from "apache-arrow";
import { expect, test } from "vitest";
import { xarray } from "../src/index.ts";
import { readVectors } from "./vectors.ts";

// The codec reads and writes Arrow by itself; what apache-arrow makes of the same bytes is the measure here.

const vectors = readVectors(join(import.meta.dirname, "vectors"));

/** Each column by its name: the type, what may be null, and the values. */
function describe({ schema, batches }: Table): ReadonlyMap<string, unknown> {
  const columns = batches.flatMap(({ data }) => data.children);
  return new Map(
    schema.fields.map(({ name, nullable, type }, index) => {
      const nulls = [nullable, type.children[0]?.nullable];
      return [name, { type: String(type), nulls, data: describeData(columns[index]) }];
    }),
  );
}

function describeData(data: Data | undefined): unknown {
  if (data === undefined) return undefined;
  const { length, nullCount, valueOffsets, values, children } = data;
  return { length, nullCount, valueOffsets, values, items: children.map(describeData) };
}

test.for(vectors.filter(({ file }) => !file.startsWith("data-array")))(
  "$file written here is the table that pyarrow wrote",
  ({ bytes }) => {
    const written = tableFromIPC(xarray().encode(xarray().decode(bytes)));
    expect(describe(written)).toEqual(describe(tableFromIPC(bytes)));
  },
);

test.for(vectors)("$file as apache-arrow writes it is read the same", ({ bytes }) => {
  const rewritten = tableToIPC(tableFromIPC(bytes), "stream");
  expect(rewritten).not.toEqual(bytes);
  expect(xarray().decode(rewritten).identical(xarray().decode(bytes))).toBe(true);
});
