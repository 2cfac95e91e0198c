import type { NdArray } from "@dataqueues/arrays";
import { z } from "zod";

import { isNdArray } from "../recognise.ts";
import { lengthOf, numbers } from "./numbers.ts";
import type { Numbers } from "./numbers.ts";

/** Real numbers in two dimensions: equally long rows, or an NdArray. */
export type NumberRows = readonly Numbers[] | NdArray;

const row = numbers();

/** A zod schema of {@link NumberRows}, of `width` columns where that is given. */
export function numberRows(width?: number): z.ZodType<NumberRows> {
  return z.custom<NumberRows>().check((context) => {
    const complain = (code: string, message: string, path: number[] = []): void => {
      context.issues.push({ code: "custom", message, params: { code, expected: "rows" }, path, input: context.value });
    };
    const rows: unknown = context.value;
    if (isNdArray(rows)) {
      if (rows.shape.length === 2 && (width ?? rows.shape[1]) === rows.shape[1]) return;
      return complain(
        "wrong_shape",
        `(rows, ${width ?? "columns"}) is needed, the shape is (${rows.shape.join(", ")})`,
      );
    }
    if (!Array.isArray(rows)) return complain("wrong_type", "rows of numbers are needed");
    const columns = width ?? lengthOf(rows[0]);
    rows.forEach((item: unknown, index) => {
      if (!row.safeParse(item).success) complain("wrong_type", "this is no row of numbers", [index]);
      else if (lengthOf(item) !== columns) {
        complain("wrong_length", `the row has ${lengthOf(item)} numbers, not ${columns}`, [index]);
      }
    });
  });
}
