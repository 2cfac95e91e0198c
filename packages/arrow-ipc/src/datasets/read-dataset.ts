import type { VariableInput } from "@dataqueues/arrays";
import { Dataset, DatasetError } from "@dataqueues/arrays";
import type { ArrowArray, ArrowTable } from "./arrow-table.ts";
import { formatError } from "./format-error.ts";
import { formatName, formatVersion, keys, readDescription, readDict, readVariables } from "./metadata.ts";
import { ValuesReader } from "./read-values.ts";
import type { ReadOptions } from "./read-values.ts";

/** Reads the Dataset in a table of one row that has a list for each variable. */
export function readDataset(table: ArrowTable, options: ReadOptions): Dataset {
  const format = table.metadata.get(keys.format) ?? formatName;
  const version = table.metadata.get(keys.version) ?? formatVersion;
  if (format !== formatName || version !== formatVersion) {
    throw formatError("version", `this is ${format} ${version}; ${formatName} ${formatVersion} can be read`);
  }
  const description = readDescription(table.metadata, options.maxDescriptionLength);
  // pyarrow writes a table without columns as one without rows.
  if (table.rows !== 1 && table.columns.length > 0) {
    throw formatError("format", `a Dataset is one row, not ${table.rows}`);
  }
  const columns = columnsByName(table.columns);
  const values = new ValuesReader(options);

  const readPart = (part: string): Record<string, VariableInput> => {
    const variables: Record<string, VariableInput> = Object.create(null);
    for (const [name, { dims, attrs, dtype, shape }] of readVariables(description[part], part)) {
      const column = columns.get(name);
      if (column === undefined) throw formatError("metadata", `variable '${name}' has no column`);
      columns.delete(name);
      variables[name] = [dims, values.read(listItems(column), dtype, shape), attrs];
    }
    return variables;
  };
  const coords = readPart("coords");
  const dataVars = readPart("data_vars");
  const attrs = readDict(description["attrs"] ?? {}, "attrs");
  for (const name of columns.keys()) throw formatError("metadata", `column '${name}' is no variable`);
  return makeDataset({ dataVars, coords, attrs }, readDict(description["dims"] ?? {}, "dims"));
}

/** Makes a Dataset of what was read. If the parts do not fit together, the bytes are at fault: a `FormatError`. */
export function makeDataset(
  parts: ConstructorParameters<typeof Dataset>[0],
  sizes: Readonly<Record<string, unknown>>,
): Dataset {
  try {
    const dataset = new Dataset(parts);
    const wrong = Object.keys(sizes).find((dim) => sizes[dim] !== dataset.sizes[dim]);
    if (wrong === undefined) return dataset;
    throw formatError("metadata", `dims['${wrong}'] is not the size that variables have`);
  } catch (cause) {
    if (!(cause instanceof DatasetError)) throw cause;
    throw formatError("metadata", cause.message, { cause });
  }
}

function columnsByName(columns: readonly ArrowArray[]): Map<string, ArrowArray> {
  const byName = new Map(columns.map((column) => [column.field.name, column]));
  if (byName.size < columns.length) throw formatError("metadata", "two columns have the same name");
  return byName;
}

/** The items of a column whose one row is a list. */
function listItems({ field, item, offsets, nullCount }: ArrowArray): ArrowArray {
  if (item === undefined) throw formatError("format", `column '${field.name}' is not a list`);
  if (nullCount !== 0 || offsets[0] !== 0 || offsets[1] !== item.length) {
    throw formatError("size-mismatch", `the list of column '${field.name}' is not all of its values`);
  }
  return { ...item, field: { ...item.field, name: field.name } };
}
