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
const casts: ReadonlyMap<string, string> = new Map([
  ["LargeUtf8", "Utf8"],
  ["Utf8View", "Utf8"],
  ["LargeBinary", "Binary"],
  ["BinaryView", "Binary"],
  ["FixedSizeBinary", "Binary"],
  ["LargeList", "List"],
  ["ListView", "List"],
  ["LargeListView", "List"],
  ["FixedSizeList", "List"],
  ["Decimal", "FloatingPoint"],
  ["Date", "Timestamp"],
  ["Timestamp", "Timestamp without a time zone"],
]);

/**
 * Reads one field of an Arrow schema, allowing only the types that xarray's variables have.
 *
 * @param list - name of the column whose items this field describes
 */
export function readField(table: FlatTable, list?: string): ArrowField {
  const name = table.string(slots.name) ?? "";
  const what = list === undefined ? `column '${name}'` : `the items of column '${list}'`;
  const arrowType = arrowName(table.uint8(slots.typeId) ?? 0);
  const member = table.table(slots.type);
  const type = typeName(arrowType, member);
  const cast = casts.get(arrowType);
  if (table.has(slots.dictionary)) refuseType(what, `Dictionary of ${arrowType}`, cast ?? arrowType);
  if (type === undefined) return refuseType(what, describe(arrowType, member), cast);
  if (type === "list" && list !== undefined) {
    refuse("format", `${what} are lists themselves; a variable is one list of all its values`);
  }
  if (table.length(slots.children) !== (type === "list" ? 1 : 0)) {
    refuse("format", `${what} has ${table.length(slots.children)} children, which ${arrowType} has not`);
  }
  const [item] = table.tables(slots.children, (child) => readField(child, name));
  return { name, type, item };
}

function refuseType(what: string, type: string, cast: string | undefined): never {
  const advice = cast === undefined ? "leave it out" : `cast it to ${cast}`;
  return refuse("format", `${what}: no xarray variable has the Arrow type ${type}; ${advice}`);
}

/** The name in the union `Type` of Schema.fbs, where Struct has an underscore for the sake of C++. */
function arrowName(id: number): string {
  return (Type[id] ?? `number ${id}`).replace("_", "");
}

function describe(arrowType: string, member: FlatTable | undefined): string {
  if (arrowType === "Int") return `Int of ${member?.int32(0) ?? 0} bits`;
  return arrowType === "Timestamp" && member?.has(1) ? "Timestamp with a time zone" : arrowType;
}

/** pyarrow's name of a type that variables have; `type` is the union member's own table. */
function typeName(arrowType: string, type: FlatTable | undefined): string | undefined {
  switch (arrowType) {
    case "Int": {
      const bits = type?.int32(0) ?? 0;
      const sign = type?.uint8(1) ? "" : "u";
      return [8, 16, 32, 64].includes(bits) ? `${sign}int${bits}` : undefined;
    }
    case "FloatingPoint":
      return floats[type?.int16(0) ?? 0];
    case "Binary":
      return "binary";
    case "Utf8":
      return "string";
    case "Bool":
      return "bool";
    case "Timestamp": {
      const unit = units[type?.int16(0) ?? 0];
      // xarray has no time zones: a zone would be lost without a word.
      return unit === undefined || type?.has(1) ? undefined : `timestamp[${unit}]`;
    }
    case "List":
      return "list";
    case "Duration": {
      const unit = units[type?.int16(0) ?? 1];
      return unit === undefined ? undefined : `duration[${unit}]`;
    }
    default:
      return undefined;
  }
}
