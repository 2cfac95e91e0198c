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

/** Reads one field of an Arrow schema, allowing only the types that xarray's variables have. */
export function readField(table: FlatTable, isItem = false): ArrowField {
  const name = table.string(slots.name) ?? "";
  if (table.has(slots.dictionary)) refuse("format", `column '${name}' is dictionary-encoded; write it plain`);
  const type = typeName(table.uint8(slots.typeId) ?? 0, table.table(slots.type));
  const children = table.length(slots.children);
  if (type === undefined) return refuse("format", `column '${name}' has an Arrow type that no xarray variable has`);
  if (children !== (type === "list" ? 1 : 0) || (type === "list" && isItem)) {
    refuse("format", `column '${name}' is nested otherwise than one list of plain values`);
  }
  const [item] = table.tables(slots.children, (child) => readField(child, true));
  return { name, type, item };
}

/** `id` numbers the union `Type` in Schema.fbs, `type` is the member's own table. */
function typeName(id: number, type: FlatTable | undefined): string | undefined {
  switch (id) {
    case 2: {
      const bits = type?.int32(0) ?? 0;
      const sign = type?.uint8(1) ? "" : "u";
      return [8, 16, 32, 64].includes(bits) ? `${sign}int${bits}` : undefined;
    }
    case 3:
      return floats[type?.int16(0) ?? 0];
    case 4:
      return "binary";
    case 5:
      return "string";
    case 6:
      return "bool";
    case 10: {
      const unit = units[type?.int16(0) ?? 0];
      // xarray has no time zones: a zone would be lost without a word.
      return unit === undefined || type?.has(1) ? undefined : `timestamp[${unit}]`;
    }
    case 12:
      return "list";
    case 18: {
      const unit = units[type?.int16(0) ?? 1];
      return unit === undefined ? undefined : `duration[${unit}]`;
    }
    default:
      return undefined;
  }
}
