import { Type } from "apache-arrow/fb/type";
import type { FlatTable } from "./flatbuffer.ts";
import { refuse } from "./refuse.ts";

/** A column, or the items of a list column, as the schema declares it. `type` is named as pyarrow prints it. */
export interface ArrowField {
  readonly name: string;
  readonly type: string;
  readonly item: ArrowField | undefined;
}

const floats: readonly string[] = ["halffloat", "float", "double"];
const units: readonly string[] = ["s", "ms", "us", "ns"];

/** Slots of `Field` in https://github.com/apache/arrow/blob/main/format/Schema.fbs. */
const slots = { name: 0, typeId: 2, type: 3, dictionary: 4, children: 5 } as const;

/** What to cast a type to that is another's values in a longer, older or packed form. */
const casts: ReadonlyMap<number, string> = new Map([
  [Type.LargeUtf8, "Utf8"],
  [Type.Utf8View, "Utf8"],
  [Type.LargeBinary, "Binary"],
  [Type.BinaryView, "Binary"],
  [Type.FixedSizeBinary, "Binary"],
  [Type.LargeList, "List"],
  [Type.ListView, "List"],
  [Type.LargeListView, "List"],
  [Type.FixedSizeList, "List"],
  [Type.Decimal, "FloatingPoint"],
  [Type.Date, "Timestamp"],
  [Type.Timestamp, "Timestamp without a time zone"],
]);

/**
 * Reads one field of an Arrow schema, allowing only the types that xarray's variables have.
 *
 * @param list - name of the column whose items this field describes
 */
export function readField(table: FlatTable, list?: string): ArrowField {
  const name = table.string(slots.name) ?? "";
  const what = list === undefined ? `column '${name}'` : `the items of column '${list}'`;
  const id = table.uint8(slots.typeId) ?? Type.NONE;
  const member = table.table(slots.type);
  const type = typeName(id, member);
  if (table.has(slots.dictionary)) refuseType(what, `Dictionary of ${arrowName(id)}`, casts.get(id) ?? arrowName(id));
  if (type === undefined) return refuseType(what, printType(id, member), casts.get(id));
  if (type === "list" && list !== undefined) {
    refuse("format", `${what} are lists themselves; a variable is one list of all its values`);
  }
  if (table.length(slots.children) !== (type === "list" ? 1 : 0)) {
    refuse("format", `${what} has ${table.length(slots.children)} children, which ${arrowName(id)} has not`);
  }
  const [item] = table.tables(slots.children, (child) => readField(child, name));
  return { name, type, item };
}

function refuseType(what: string, type: string, cast: string | undefined): never {
  const advice = cast === undefined ? "leave it out" : `cast it to ${cast}`;
  return refuse("format", `${what}: no xarray variable has the Arrow type ${type}; ${advice}`);
}

/** The name in Schema.fbs, where Struct has an underscore for the sake of C++. */
function arrowName(id: number): string {
  return (Type[id] ?? `number ${id}`).replace("_", "");
}

function printType(id: number, member: FlatTable | undefined): string {
  const name = arrowName(id);
  if (id === Type.Int) return `${name} of ${member?.int32(0) ?? 0} bits`;
  return id === Type.Timestamp && member?.has(1) ? `${name} with a time zone` : name;
}

/** `id` is of the union `Type` in Schema.fbs, `type` is the member's own table. */
function typeName(id: number, type: FlatTable | undefined): string | undefined {
  switch (id) {
    case Type.Int: {
      const bits = type?.int32(0) ?? 0;
      const sign = type?.uint8(1) ? "" : "u";
      return [8, 16, 32, 64].includes(bits) ? `${sign}int${bits}` : undefined;
    }
    case Type.FloatingPoint:
      return floats[type?.int16(0) ?? 0];
    case Type.Binary:
      return "binary";
    case Type.Utf8:
      return "string";
    case Type.Bool:
      return "bool";
    case Type.Timestamp: {
      const unit = units[type?.int16(0) ?? 0];
      // xarray has no time zones: a zone would be lost without a word.
      return unit === undefined || type?.has(1) ? undefined : `timestamp[${unit}]`;
    }
    case Type.List:
      return "list";
    case Type.Duration: {
      const unit = units[type?.int16(0) ?? 1];
      return unit === undefined ? undefined : `duration[${unit}]`;
    }
    default:
      return undefined;
  }
}
