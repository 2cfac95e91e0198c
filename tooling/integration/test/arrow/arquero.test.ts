import { arrow } from "@dataqueues/codec-arrow";
import { fromArrow, table } from "arquero";
import { expect, test } from "vitest";

import { PythonArrow } from "./python-arrow.ts";
import type { Form, TableName } from "./python-arrow.ts";
import { tellTable } from "./tell-values.ts";

const python = new PythonArrow();

const pointing = table({
  antenna: ["SKA001", "SKA002", "SKA001", null],
  offset: Float64Array.of(0.5, -0, NaN, 1e300),
  scan: Int32Array.of(1, 2, 3, -4),
  time: [0, 1, 2, 3].map((day) => new Date(Date.UTC(2026, 10, 25 + day))),
  flagged: [true, false, null, true],
  gains: [[1.5, 2.5], [], null, [3]],
  place: [
    { x: 1, y: 2 },
    { x: 3, y: 4 },
    { x: 5, y: 6 },
    { x: 7, y: 8 },
  ],
});

test.for(["stream", "file"] as const)(
  "a table of Arquero as a %s is decoded with the values that pyarrow reads",
  async (format) => {
    const bytes = pointing.toArrowIPC({ format });
    const decoded = arrow().decode(bytes);
    expect(tellTable(decoded)).toEqual(await python.tell(bytes));
    expect(decoded.getChild("antenna")?.toArray()).toEqual(["SKA001", "SKA002", "SKA001", null]);
    expect(await python.tell(arrow().encode(decoded))).toEqual(await python.tell(bytes));
  },
);

test.for([
  ["every-type", "stream"],
  ["every-type/batches", "stream"],
  ["pandas", "stream"],
  ["duckdb", "stream"],
  ["", "polars stream"],
  ["", "polars stream, oldest"],
] satisfies [TableName, Form][])(
  "Arquero reads %s as a %s, decoded and encoded here, as it reads Python's",
  async ([name, form]) => {
    const bytes = await python.make(name, form);
    for (const format of ["stream", "file"] as const) {
      const encoded = arrow({ format }).encode(arrow().decode(bytes));
      expect(fromArrow(encoded, { useBigInt: true }).objects()).toEqual(
        fromArrow(bytes, { useBigInt: true }).objects(),
      );
    }
  },
);

test("Arquero, which cannot read the file that polars writes, reads it when it was decoded and encoded here", async () => {
  const bytes = await python.make("", "polars file");
  expect(() => fromArrow(bytes)).toThrow(TypeError);
  const encoded = arrow().encode(arrow().decode(bytes));
  expect(fromArrow(encoded).objects()).toEqual(fromArrow(await python.make("", "polars stream")).objects());
});
