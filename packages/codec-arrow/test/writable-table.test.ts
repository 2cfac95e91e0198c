import { expect, test } from "vitest";
import { arrow } from "../src/index.ts";
import { plainColumn } from "./plain.ts";
import { readVectors } from "./vectors.ts";

test.each(readVectors())(
  "slices of $file have its values, whether they have rows or not",
  ({ bytes, rows, columns }) => {
    const table = arrow().decode(bytes);
    for (const [start, end] of [
      [0, 0],
      [0, rows - 1],
      [1, rows],
      [2, 3],
    ] as const) {
      const slice = arrow().decode(arrow().encode(table.slice(start, end)));
      const found = columns.map((_, index) => plainColumn(slice.getChildAt(index) ?? expect.fail()));
      expect(found).toEqual(columns.map(({ values }) => values.slice(start, end)));
    }
  },
);
