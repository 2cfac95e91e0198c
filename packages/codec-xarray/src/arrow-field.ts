import { floatNames, formatError, slots, timeUnits, typeError, typeNames } from "@dataqueues/arrow-ipc";
import type { ArrowField, FlatTable } from "@dataqueues/arrow-ipc";

/** The unit of a Duration that names none. */
const milliseconds = 1;

/**
 * Reads one field of an Arrow schema. Only the types that xarray's variables have are allowed.
 *
 * @param list - name of the column whose items this field describes
 */
export function readField(table: FlatTable, list?: string): ArrowField {
  const name = table.string(slots.field.name) ?? "";
  const what = list === undefined ? `column '${name}'` : `the items of column '${list}'`;
  const typeNumber = table.uint8(slots.field.typeType) ?? 0;
  const arrowType = typeNames[typeNumber] ?? `number ${typeNumber}`;
  const parameters = table.table(slots.field.type);
  const type = pyarrowName(arrowType, parameters);
  if (table.has(slots.field.dictionary)) throw typeError(what, arrowType, `Dictionary of ${arrowType}`);
  if (type === undefined) throw typeError(what, arrowType, describe(arrowType, parameters));
  if (type === "list" && list !== undefined) {
    throw formatError("format", `${what} are lists themselves; a variable is one list of all its values`);
  }
  const children = table.length(slots.field.children);
  const expected = type === "list" ? 1 : 0;
  if (children !== expected) {
    throw formatError("format", `${what} has ${children} children; ${arrowType} has ${expected}`);
  }
  const [item] = table.tables(slots.field.children, (child) => readField(child, name));
  return { name, type, item };
}

function describe(arrowType: string, parameters: FlatTable | undefined): string {
  if (arrowType === "Int") return `Int of ${parameters?.int32(slots.int.bitWidth) ?? 0} bits`;
  const hasZone = arrowType === "Timestamp" && parameters?.has(slots.timestamp.timezone);
  return hasZone ? "Timestamp with a time zone" : arrowType;
}

/** How pyarrow prints a type; undefined if no variable has it. `parameters` is the table of the type in the union. */
function pyarrowName(arrowType: string, parameters: FlatTable | undefined): string | undefined {
  switch (arrowType) {
    case "Int": {
      const bits = parameters?.int32(slots.int.bitWidth) ?? 0;
      const sign = parameters?.uint8(slots.int.isSigned) ? "" : "u";
      return [8, 16, 32, 64].includes(bits) ? `${sign}int${bits}` : undefined;
    }
    case "FloatingPoint":
      return floatNames[parameters?.int16(slots.floatingPoint.precision) ?? 0];
    case "Binary":
      return "binary";
    case "Utf8":
      return "string";
    case "Bool":
      return "bool";
    case "Timestamp": {
      const unit = timeUnits[parameters?.int16(slots.timestamp.unit) ?? 0];
      // xarray has no time zones: a zone would be lost silently.
      return unit === undefined || parameters?.has(slots.timestamp.timezone) ? undefined : `timestamp[${unit}]`;
    }
    case "List":
      return "list";
    case "Duration": {
      const unit = timeUnits[parameters?.int16(slots.duration.unit) ?? milliseconds];
      return unit === undefined ? undefined : `duration[${unit}]`;
    }
    default:
      return undefined;
  }
}
