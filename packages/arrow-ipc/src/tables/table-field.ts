import { floatNames, timeUnits, typeNames } from "../ipc/enums.ts";
import type { ArrowField } from "../datasets/arrow-table.ts";
import { formatError } from "../datasets/format-error.ts";
import { typeError } from "../datasets/type-error.ts";
import { countOf, listOf, membersOf, textOf } from "./members.ts";
import type { Members } from "./members.ts";

/** How the buffers of a column hold its values. */
export type Layout = "width" | "bits" | "offsets" | "views" | "dictionary";

/** A column of a table: what it is read as, and how it is held. */
export interface TableField extends ArrowField {
  readonly item: TableField | undefined;
  readonly layout: Layout;
  /** The values of a dictionary. */
  readonly dictionary: TableField | undefined;
}

/** apache-arrow's number for a dictionary, which is no type of Arrow's union. */
const dictionaryId = -1;

/** Types that hold the same as others: what they are read as, and how they hold it. */
const text: ReadonlyMap<string, readonly [type: string, layout: Layout]> = new Map([
  ["Utf8", ["string", "offsets"]],
  ["LargeUtf8", ["string", "offsets"]],
  ["Utf8View", ["string", "views"]],
  ["Binary", ["binary", "offsets"]],
  ["LargeBinary", ["binary", "offsets"]],
  ["BinaryView", ["binary", "views"]],
]);

/**
 * Reads one field of a table's schema. Beside the types that xarray's variables have on the wire, those that hold the
 * same in another way are allowed: large and view types, and text in a dictionary.
 *
 * @param list - name of the column whose items this field describes
 */
export function readTableField(path: string, value: unknown, list?: string): TableField {
  const field = membersOf(path, value);
  // A name that the writer has left out is null to apache-arrow.
  const name = field["name"] === null ? "" : textOf(`${path}.name`, field["name"]);
  const what = list === undefined ? `column '${name}'` : `the items of column '${list}'`;
  const type = membersOf(`${path}.type`, field["type"]);
  if (type["typeId"] === dictionaryId) {
    const values = membersOf(`${path}.type.dictionary`, type["dictionary"]);
    const arrowType = nameOf(`${path}.type.dictionary`, values);
    const held = text.get(arrowType);
    if (held === undefined) throw typeError(what, arrowType, `Dictionary of ${arrowType}`);
    const dictionary = { name, type: held[0], item: undefined, layout: held[1], dictionary: undefined };
    return { ...dictionary, layout: "dictionary", dictionary };
  }
  const arrowType = nameOf(`${path}.type`, type);
  if (arrowType === "List" || arrowType === "LargeList") {
    if (list !== undefined) {
      throw formatError("format", `${what} are lists themselves; a variable is one list of all its values`);
    }
    const [child] = listOf(`${path}.type.children`, type["children"]);
    // Errors about the items name the column.
    const item = { ...readTableField(`${path}.type.children[0]`, child, name), name };
    return { name, type: "list", item, layout: "offsets", dictionary: undefined };
  }
  const [read, layout] = text.get(arrowType) ?? [fixedName(arrowType, type), arrowType === "Bool" ? "bits" : "width"];
  if (read === undefined) throw typeError(what, arrowType, describe(arrowType, type));
  return { name, type: read, item: undefined, layout, dictionary: undefined };
}

function nameOf(path: string, type: Members): string {
  const id = countOf(`${path}.typeId`, type["typeId"]);
  return typeNames[id] ?? `number ${id}`;
}

function describe(arrowType: string, type: Members): string {
  if (arrowType === "Int") return `Int of ${String(type["bitWidth"])} bits`;
  return arrowType === "Timestamp" && hasZone(type) ? "Timestamp with a time zone" : arrowType;
}

/** How pyarrow prints a type whose values all have the same width; undefined if no variable has it. */
function fixedName(arrowType: string, type: Members): string | undefined {
  const unit = timeUnits[Number(type["unit"])];
  switch (arrowType) {
    case "Int": {
      const bits = Number(type["bitWidth"]);
      return [8, 16, 32, 64].includes(bits) ? `${type["isSigned"] === true ? "" : "u"}int${bits}` : undefined;
    }
    case "FloatingPoint":
      return floatNames[Number(type["precision"])];
    case "Bool":
      return "bool";
    case "Timestamp":
      // xarray has no time zones: a zone would be lost silently.
      return unit === undefined || hasZone(type) ? undefined : `timestamp[${unit}]`;
    case "Duration":
      return unit === undefined ? undefined : `duration[${unit}]`;
    default:
      return undefined;
  }
}

function hasZone({ timezone }: Members): boolean {
  return timezone !== undefined && timezone !== null && timezone !== "";
}
