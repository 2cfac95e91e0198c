import type { VariableInput } from "@dataqueues/arrays";
import { Dataset, DatasetError } from "@dataqueues/arrays";
import type { ArrowArray } from "./arrow-array.ts";
import type { ArrowTable } from "./arrow-stream.ts";
import { formatName, formatVersion, keys, readDescription, readDict, readVariables } from "./metadata.ts";
import type { ReadOptions } from "./read-values.ts";
import { ValuesReader } from "./read-values.ts";
import { refuse } from "./refuse.ts";

/** The Dataset in a table of one row that has a list for each variable. */
export function readDataset(table: ArrowTable, options: ReadOptions): Dataset {
  const format = table.metadata.get(keys.format) ?? formatName;
  const version = table.metadata.get(keys.version) ?? formatVersion;
  if (format !== formatName || version !== formatVersion) {
    refuse("version", `this is ${format} ${version}; ${formatName} ${formatVersion} can be read`);
  }
  const description = readDescription(table.metadata, options.maxDescriptionLength);
  // pyarrow counts no row where there is no column.
  if (table.rows !== 1 && table.columns.length > 0) refuse("format", `a Dataset is one row, not ${table.rows}`);
  const columns = columnsByName(table.columns);
  const values = new ValuesReader(options);

  const readPart = (part: string): Record<string, VariableInput> => {
    const variables: Record<string, VariableInput> = Object.create(null);
    for (const [name, { dims, attrs, dtype, shape }] of readVariables(description[part], part)) {
      const column = columns.get(name);
      if (column === undefined) return refuse("metadata", `variable '${name}' has no column`);
      columns.delete(name);
      variables[name] = [dims, values.read(listItems(column), dtype, shape), attrs];
    }
    return variables;
  };
  const coords = readPart("coords");
  const dataVars = readPart("data_vars");
  const attrs = readDict(description["attrs"] ?? {}, "attrs");
  for (const name of columns.keys()) refuse("metadata", `column '${name}' is no variable`);
  return checked({ dataVars, coords, attrs }, readDict(description["dims"] ?? {}, "dims"));
}

/** A Dataset of what was read; what does not fit together is the bytes' fault. */
export function checked(
  parts: ConstructorParameters<typeof Dataset>[0],
  sizes: Readonly<Record<string, unknown>>,
): Dataset {
  try {
    const dataset = new Dataset(parts);
    const wrong = Object.keys(sizes).find((dim) => sizes[dim] !== dataset.sizes[dim]);
    return wrong === undefined ? dataset : refuse("metadata", `dims['${wrong}'] is not the size that variables have`);
  } catch (cause) {
    if (!(cause instanceof DatasetError)) throw cause;
    return refuse("metadata", cause.message, undefined, cause);
  }
}

function columnsByName(columns: readonly ArrowArray[]): Map<string, ArrowArray> {
  const byName = new Map(columns.map((column) => [column.field.name, column]));
  return byName.size === columns.length ? byName : refuse("metadata", "two columns have the same name");
}

/** The items of a column that is one list. */
function listItems({ field, item, offsets, nullCount }: ArrowArray): ArrowArray {
  if (item === undefined) return refuse("format", `column '${field.name}' is not a list`);
  if (nullCount !== 0 || offsets[0] !== 0 || offsets[1] !== item.length) {
    return refuse("size-mismatch", `the list of column '${field.name}' is not all of its values`);
  }
  return { ...item, field: { ...item.field, name: field.name } };
}
