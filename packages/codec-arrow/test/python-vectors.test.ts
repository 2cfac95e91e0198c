import { tableFromIPC } from "apache-arrow";
import type { Data, Table } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { arrow } from "../src/index.ts";
import { plainColumn } from "./plain.ts";
import { readVectors } from "./vectors.ts";

const vectors = readVectors();

/** The columns in the form of the manifest, without the type. */
function plainTable(table: Table): unknown {
  const columns = table.schema.fields.map(({ name }, index) => {
    const column = table.getChildAt(index);
    return { name, values: column === null ? [] : plainColumn(column) };
  });
  return { rows: table.numRows, columns };
}

/** All that apache-arrow read of the bytes, with the numbers as they lie in memory. */
function describeData(data: Data): unknown {
  const { typeId, length, nullCount, valueOffsets, values, nullBitmap, typeIds, children } = data;
  const items = children.filter((child) => child instanceof Object).map(describeData);
  return { typeId, length, nullCount, valueOffsets, values, nullBitmap, typeIds, items };
}

describe.each(vectors)("$file", ({ file, bytes, rows, columns }) => {
  const wanted = { rows, columns: columns.map(({ name, values }) => ({ name, values })) };

  test("has the columns and values that Python put in", () => {
    expect(plainTable(arrow().decode(bytes))).toEqual(wanted);
  });

  test("is just what apache-arrow reads without a guard", () => {
    const guarded = arrow().decode(bytes);
    const bare = tableFromIPC(bytes);
    expect(String(guarded.schema)).toBe(String(bare.schema));
    expect(guarded.schema.metadata).toEqual(bare.schema.metadata);
    expect(guarded.data.map(describeData)).toEqual(bare.data.map(describeData));
  });

  test("comes back from encode as it was, as a stream and as a file", () => {
    const table = arrow().decode(bytes);
    expect(plainTable(arrow().decode(arrow().encode(table)))).toEqual(wanted);
    const asFile = (): Uint8Array => arrow({ format: "file" }).encode(table);
    if (file === "pyarrow-dictionary-replaced.arrows")
      expect(asFile).toThrow("does not support replacement dictionaries");
    else expect(plainTable(arrow().decode(asFile()))).toEqual(wanted);
  });
});

test.each(["duckdb.arrows", "polars.arrow", "pyarrow-dictionary-deltas.arrows"])(
  "%s that was cut off is a table of the batches before, or refused",
  (name) => {
    const { bytes, rows } = vectors.find(({ file }) => file === name) ?? { bytes: new Uint8Array(), rows: 0 };
    const accepted = new Set<number>();
    for (let length = 0; length < bytes.length; length++) {
      try {
        accepted.add(arrow().decode(bytes.slice(0, length)).numRows);
      } catch (error) {
        expect(error).toMatchObject({ name: "FormatError", codec: "arrow" });
      }
    }
    const ends = { "duckdb.arrows": [0, 3], "polars.arrow": [], "pyarrow-dictionary-deltas.arrows": [0, 3, rows] };
    expect(accepted).toEqual(new Set(Object.entries(ends).find(([file]) => file === name)?.[1]));
  },
);
