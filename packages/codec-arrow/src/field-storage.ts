import { slots, timeUnits, typeNames } from "@dataqueues/arrow-ipc";
import type { FlatTable } from "@dataqueues/arrow-ipc";
import type { FieldLayout, FieldStorage } from "./field-layout.ts";
import { formatError } from "./format-error.ts";

/** The type that holds the same values, for those that apache-arrow cannot read. */
const casts: ReadonlyMap<string, string> = new Map([
  ["RunEndEncoded", "the type of its values"],
  ["ListView", "List"],
  ["LargeListView", "LargeList"],
]);

/** How many children a field has, by its type; the others have none. */
const childCounts: ReadonlyMap<string, number> = new Map([
  ["List", 1],
  ["LargeList", 1],
  ["FixedSizeList", 1],
  ["Map", 1],
]);

/** The defaults of Schema.fbs, for what a type leaves out. */
const defaults = { dateUnit: 1, timeUnit: 1, timeBits: 32, durationUnit: 1, decimalBits: 128 } as const;

/** By the units of a Timestamp: the largest value that apache-arrow can give as a number of milliseconds. */
const largestTimes: readonly (number | undefined)[] = [
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER,
  9e18,
  undefined,
];

/** By the numbers of `IntervalUnit` in Schema.fbs: months; days and milliseconds; months, days and nanoseconds. */
const intervalSizes: readonly number[] = [4, 8, 16];

/**
 * Reads the type of a field, and how its values lie in memory.
 *
 * @throws FormatError with the code `type` for a type that apache-arrow cannot read, `format` for one that is none
 */
export function readStorage(table: FlatTable, path: string, children: readonly FieldLayout[]): FieldStorage {
  const typeNumber = table.uint8(slots.field.typeType) ?? 0;
  const type = typeNames[typeNumber] ?? `number ${typeNumber}`;
  const expected = childCounts.get(type) ?? (type === "Struct" || type === "Union" ? children.length : 0);
  const cast = casts.get(type);
  if (cast !== undefined) {
    throw formatError("type", `column '${path}': apache-arrow cannot read ${type}; cast it to ${cast}`, { path });
  }
  if (children.length !== expected) {
    const message = `column '${path}' has ${children.length} children; ${type} has ${expected}`;
    throw formatError("format", message, { path });
  }
  const parameters = table.table(slots.field.type);
  const storage = withoutParameters(type) ?? (parameters && withParameters(type, parameters, children));
  if (storage !== undefined) return storage;
  throw formatError("type", `column '${path}': Arrow has no type ${type}, or not with such parameters`, { path });
}

function withoutParameters(type: string): FieldStorage | undefined {
  switch (type) {
    case "Null":
      return { kind: "null" };
    case "Bool":
      return { kind: "bool" };
    case "Utf8":
    case "Binary":
      return { kind: "bytes", offsetSize: 4 };
    case "LargeUtf8":
    case "LargeBinary":
      return { kind: "bytes", offsetSize: 8 };
    case "Utf8View":
    case "BinaryView":
      return { kind: "views" };
    case "List":
      return { kind: "list", offsetSize: 4 };
    case "LargeList":
      return { kind: "list", offsetSize: 8 };
    case "Struct":
      return { kind: "struct" };
    default:
      return undefined;
  }
}

/** undefined for a type or parameters that do not exist. */
function withParameters(
  type: string,
  parameters: FlatTable,
  children: readonly FieldLayout[],
): FieldStorage | undefined {
  switch (type) {
    case "Int": {
      const bits = parameters.int32(slots.int.bitWidth) ?? 0;
      return bits === 8 || bits === 16 || bits === 32 || bits === 64 ? fixed(bits / 8) : undefined;
    }
    case "FloatingPoint":
      return fixed([2, 4, 8][parameters.int16(slots.floatingPoint.precision) ?? 0]);
    case "Decimal": {
      const bits = parameters.int32(slots.decimal.bitWidth) ?? defaults.decimalBits;
      return bits === 32 || bits === 64 || bits === 128 || bits === 256 ? fixed(bits / 8) : undefined;
    }
    case "Date": {
      const unit = parameters.int16(slots.date.unit) ?? defaults.dateUnit;
      if (unit === 0) return fixed(4);
      return unit === 1 ? fixed(8, 8, Number.MAX_SAFE_INTEGER) : undefined;
    }
    case "Time": {
      const unit = parameters.int16(slots.time.unit) ?? defaults.timeUnit;
      const bits = parameters.int32(slots.time.bitWidth) ?? defaults.timeBits;
      if (unit === 0 || unit === 1) return bits === 32 ? fixed(4) : undefined;
      return (unit === 2 || unit === 3) && bits === 64 ? fixed(8) : undefined;
    }
    case "Timestamp": {
      // The time zone is only text, but apache-arrow reads it.
      parameters.string(slots.timestamp.timezone);
      const unit = parameters.int16(slots.timestamp.unit) ?? 0;
      return timeUnits[unit] === undefined ? undefined : fixed(8, 8, largestTimes[unit]);
    }
    case "Duration":
      return fixed(
        timeUnits[parameters.int16(slots.duration.unit) ?? defaults.durationUnit] === undefined ? undefined : 8,
      );
    case "Interval":
      return fixed(intervalSizes[parameters.int16(slots.interval.unit) ?? 0], 4);
    case "FixedSizeBinary":
      return fixed(parameters.int32(slots.fixedSizeBinary.byteWidth) ?? 0, 1);
    default:
      return nested(type, parameters, children);
  }
}

function nested(type: string, parameters: FlatTable, children: readonly FieldLayout[]): FieldStorage | undefined {
  if (type === "FixedSizeList") {
    const size = parameters.int32(slots.fixedSizeList.listSize) ?? 0;
    return size >= 0 ? { kind: "fixedSizeList", size } : undefined;
  }
  if (type === "Map") {
    const [entries] = children;
    return entries?.kind === "struct" && entries.children.length === 2 ? { kind: "list", offsetSize: 4 } : undefined;
  }
  if (type === "Union") {
    const mode = parameters.int16(slots.union.mode) ?? 0;
    const typeIds = parameters.int32s(slots.union.typeIds);
    if ((mode !== 0 && mode !== 1) || typeIds.length !== children.length) return undefined;
    return { kind: "union", isDense: mode === 1, typeIds };
  }
  return undefined;
}

function fixed(size: number | undefined, itemSize = size, largest?: number): FieldStorage | undefined {
  if (size === undefined || size < 0 || itemSize === undefined) return undefined;
  // The numbers in a decimal of 128 or 256 bits are also read 8 bytes at a time.
  return { kind: "fixed", size, itemSize: Math.min(itemSize, 8), largest };
}
