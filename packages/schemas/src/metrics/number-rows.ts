import type { NdArray } from "@dataqueues/arrays";
import type * as z from "zod";

import { isNdArray } from "../recognise.ts";
import { typeName } from "../type-name.ts";
import { checkedBy } from "./checked-by.ts";
import { lengthOf, notNumbers } from "./numbers.ts";
import type { Numbers } from "./numbers.ts";

/** Real numbers in two dimensions: equally long rows, or an NdArray. */
export type NumberRows = readonly Numbers[] | NdArray;

/** A zod schema of {@link NumberRows}, of `width` columns where that is given. It names the first row that is wrong. */
export function numberRows(width?: number): z.ZodType<NumberRows> {
  const expected = `(rows, ${width ?? "columns"})`;
  return checkedBy((value) => {
    if (isNdArray(value)) {
      const [, columns, ...more] = value.shape;
      if (columns !== undefined && more.length === 0 && columns === (width ?? columns)) {
        // Its items are judged as those of one long row.
        return notNumbers({ dtype: value.dtype, shape: [value.data.length], data: value.data });
      }
      const message = `${expected} is needed, the shape is (${value.shape.join(", ")})`;
      return { code: "wrong_shape", message, expected };
    }
    if (!Array.isArray(value)) {
      return { code: "wrong_type", message: `rows of numbers are needed, this is ${typeName(value)}`, expected };
    }
    const columns = width ?? lengthOf(value[0]);
    for (const [index, row] of value.entries()) {
      const problem = notNumbers(row);
      if (problem !== undefined) return { ...problem, path: [index] };
      if (lengthOf(row) === columns) continue;
      const message = `the row has ${lengthOf(row)} numbers, not ${columns}`;
      return { code: "wrong_length", message, expected: columns, path: [index] };
    }
    return undefined;
  });
}
