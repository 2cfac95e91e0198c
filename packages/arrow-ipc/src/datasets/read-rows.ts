import type { Dataset, VariableInput } from "@dataqueues/arrays";
import { NdArray } from "@dataqueues/arrays";
import type { ArrowArray, ArrowTable } from "./arrow-table.ts";
import { isSet } from "./bits.ts";
import { dtypeOf } from "./dtype-of.ts";
import { formatError } from "./format-error.ts";
import { makeDataset } from "./read-dataset.ts";
import { ValuesReader } from "./read-values.ts";
import type { ReadOptions } from "./read-values.ts";

/** NaN as float16. */
const float16NaN = 0x7e00;

/**
 * Reads an ordinary table: each column is a variable along `dim`, and the column of that name its coordinate, as
 * `DataFrame.to_xarray()` of pandas makes them. A null is NaN among floats and NaT among times.
 *
 * @throws FormatError for lists, for nulls among other values, and for two columns of the same name
 */
export function readRows({ columns, rows }: ArrowTable, dim: string, options: ReadOptions): Dataset {
  const values = new ValuesReader(options);
  const dataVars: Record<string, VariableInput> = Object.create(null);
  for (const column of columns) {
    const { name, type } = column.field;
    if (name in dataVars) throw formatError("metadata", `two columns have the name '${name}'`);
    if (type === "list") throw formatError("format", `column '${name}' has lists; explode them, or leave it out`);
    const dtype = dtypeOf(type);
    dataVars[name] = [dim, readColumn(values, column, dtype, rows)];
  }
  return makeDataset({ dataVars }, {});
}

function readColumn(values: ValuesReader, column: ArrowArray, dtype: string | undefined, rows: number): NdArray {
  const { field, nullCount, validity } = column;
  if (nullCount === 0 || /^<[Mm]/.test(dtype ?? "")) return values.read(column, dtype, [rows]);
  if (dtype === undefined || !dtype.startsWith("<f")) {
    const advice = dtype === undefined ? "fill them" : "fill them, or cast it to FloatingPoint";
    const message = `column '${field.name}' has ${nullCount} nulls, which ${dtype ?? "text"} cannot hold; ${advice}`;
    throw formatError("nulls", message);
  }
  const { data } = values.read({ ...column, nullCount: 0 }, dtype, [rows]);
  const filled = data.slice();
  const missing = filled instanceof Uint16Array ? float16NaN : NaN;
  for (let row = 0; row < rows; row++) if (isSet(validity, row) === 0) filled[row] = missing;
  return new NdArray(dtype, [rows], filled);
}
