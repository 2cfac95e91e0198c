import type { VariableInput } from "@dataqueues/arrays";
import { dataArrayName, NdArray, Variable } from "@dataqueues/arrays";
import type { Dataset } from "@dataqueues/arrays";
import type { ArrowArray, ArrowTable } from "./arrow-table.ts";
import { dtypeOf } from "./dtype-of.ts";
import { formatError } from "./format-error.ts";
import { keys, readAxes, readDescription, readDict, readVariables } from "./metadata.ts";
import { makeDataset } from "./read-dataset.ts";
import { ValuesReader } from "./read-values.ts";
import type { ReadOptions } from "./read-values.ts";

/**
 * Reads the DataArray in the table that xarray itself exports (`pyarrow.table(data_array)`,
 * `xarray:arrow_schema_version` v1). It has a row for each value. The last column has the values, the others have the
 * coordinates, repeated along the other dimensions.
 */
export function readLongTable(table: ArrowTable, options: ReadOptions): Dataset {
  const version = table.metadata.get(keys.longTable);
  if (version !== "v1") throw formatError("version", `${keys.longTable} ${version} is not v1`);
  const description = readDescription(table.metadata, options.maxDescriptionLength);
  const { dims, shape } = readAxes(description, "xarray");
  if (shape.reduce((product, size) => product * size, 1) !== table.rows) {
    throw formatError("size-mismatch", `${table.rows} rows do not fill the shape (${shape.join(", ")})`);
  }
  const coords: Record<string, VariableInput> = Object.create(null);
  const values = new ValuesReader(options);
  const required = (column: ArrowArray | undefined, name: string): ArrowArray => {
    if (column === undefined) throw formatError("metadata", `there is no column '${name}'`);
    return column;
  };

  for (const [name, coord] of readVariables(description["coords"], "coords")) {
    const column = required(
      table.columns.find(({ field }) => field.name === name),
      name,
    );
    const repeated = new Variable("row", values.read(column, coord.dtype, [table.rows]));
    const axes = coord.dims.map((dim) => dims.indexOf(dim));
    if (new Set(axes).size !== axes.length || coord.shape.some((size, axis) => size !== shape[axes[axis] ?? -1])) {
      throw formatError("metadata", `coordinate '${name}' does not lie along dimensions of the values`);
    }
    const size = coord.shape.reduce((product, length) => product * length, 1);
    if (size > table.rows) throw formatError("metadata", `a table without rows has lost the coordinate '${name}'`);
    const { dtype, data } = repeated.isel({ row: size === 0 ? [] : firstRows(axes, shape) }).data;
    coords[name] = new Variable(coord.dims, new NdArray(dtype, coord.shape, data), coord.attrs);
  }
  const { name } = description;
  const given = typeof name === "string" ? name : dataArrayName;
  const array = required(table.columns.at(-1), given);
  const data = values.read(array, dtypeOf(array.field.type), shape);
  const attrs = readDict(description["attrs"] ?? {}, "attrs");
  return makeDataset({ dataVars: { [given]: [dims, data, attrs] }, coords }, {});
}

/** The first row in which each item along `axes` stands, in C order. */
function firstRows(axes: readonly number[], shape: readonly number[]): readonly number[] {
  return axes.reduce<readonly number[]>(
    (rows, axis) => {
      const stride = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
      return rows.flatMap((row) => Array.from({ length: shape[axis] ?? 0 }, (_, index) => row + index * stride));
    },
    [0],
  );
}
