import { FixedSizeBinary } from "apache-arrow/fb/fixed-size-binary";
import { Decimal } from "apache-arrow/fb/decimal";
import { Duration } from "apache-arrow/fb/duration";
import { FloatingPoint } from "apache-arrow/fb/floating-point";
import { Int } from "apache-arrow/fb/int";
import { TimeUnit } from "apache-arrow/fb/time-unit";
import { Timestamp } from "apache-arrow/fb/timestamp";
import { Type } from "apache-arrow/fb/type";
import type { Builder } from "flatbuffers";
import { expect, test } from "vitest";
import { readField } from "../src/arrow-field.ts";
import { FlatTable, formatError } from "@dataqueues/arrow-ipc";
import type { FieldParts } from "./arrow-messages.ts";
import { anyOf, fieldBytes } from "./arrow-messages.ts";

type Member = (builder: Builder) => number;

const read = (field: FieldParts, list?: string): ReturnType<typeof readField> =>
  readField(FlatTable.root(fieldBytes({ name: "v", ...field }), 0, formatError), list);

const refused = (message: string): unknown =>
  expect.objectContaining({ name: "FormatError", codec: "xarray", code: "format", message });

const int =
  (bits: number, signed: boolean): Member =>
  (builder) =>
    Int.createInt(builder, bits, signed);
const float =
  (precision: number): Member =>
  (builder) =>
    FloatingPoint.createFloatingPoint(builder, anyOf(precision));
const timestamp =
  (unit: number): Member =>
  (builder) =>
    Timestamp.createTimestamp(builder, anyOf(unit), 0);
const zoned: Member = (builder) =>
  Timestamp.createTimestamp(builder, TimeUnit.MICROSECOND, builder.createString("UTC"));
const decimal: Member = (builder) => Decimal.createDecimal(builder, 5, 2, 128);
const duration =
  (unit: number): Member =>
  (builder) =>
    Duration.createDuration(builder, anyOf(unit));

// The enumerations of Arrow's Schema.fbs: precisions HALF, SINGLE, DOUBLE; units SECOND to NANOSECOND.
test.each<[name: string, type: Type, member: Member | undefined]>([
  ["int8", Type.Int, int(8, true)],
  ["int16", Type.Int, int(16, true)],
  ["int32", Type.Int, int(32, true)],
  ["int64", Type.Int, int(64, true)],
  ["uint8", Type.Int, int(8, false)],
  ["uint16", Type.Int, int(16, false)],
  ["uint32", Type.Int, int(32, false)],
  ["uint64", Type.Int, int(64, false)],
  ["halffloat", Type.FloatingPoint, float(0)],
  ["float", Type.FloatingPoint, float(1)],
  ["double", Type.FloatingPoint, float(2)],
  ["binary", Type.Binary, undefined],
  ["string", Type.Utf8, undefined],
  ["bool", Type.Bool, undefined],
  ["timestamp[s]", Type.Timestamp, timestamp(0)],
  ["timestamp[ms]", Type.Timestamp, timestamp(1)],
  ["timestamp[us]", Type.Timestamp, timestamp(2)],
  ["timestamp[ns]", Type.Timestamp, timestamp(3)],
  ["duration[s]", Type.Duration, duration(0)],
  ["duration[ms]", Type.Duration, duration(1)],
  ["duration[us]", Type.Duration, duration(2)],
  ["duration[ns]", Type.Duration, duration(3)],
  // What Schema.fbs says of fields that are left out.
  ["halffloat", Type.FloatingPoint, undefined],
  ["timestamp[s]", Type.Timestamp, undefined],
  ["duration[ms]", Type.Duration, undefined],
])("%s is read from a column and from the items of a list", (name, type, member) => {
  const field: FieldParts = member === undefined ? { type } : { type, member };
  expect(read(field)).toEqual({ name: "v", type: name, item: undefined });
  const list = { type: Type.List, children: [{ ...field, name: "item" }] };
  expect(read(list)).toEqual({ name: "v", type: "list", item: { name: "item", type: name, item: undefined } });
});

test.each<[type: string, advice: string, field: FieldParts]>([
  ["Int of 24 bits", "leave it out", { type: Type.Int, member: int(24, true) }],
  ["Int of 128 bits", "leave it out", { type: Type.Int, member: int(128, false) }],
  ["Int of 0 bits", "leave it out", { type: Type.Int }],
  ["FloatingPoint", "leave it out", { type: Type.FloatingPoint, member: float(3) }],
  ["FloatingPoint", "leave it out", { type: Type.FloatingPoint, member: float(-1) }],
  ["Timestamp", "cast it to Timestamp without a time zone", { type: Type.Timestamp, member: timestamp(4) }],
  ["Timestamp with a time zone", "cast it to Timestamp without a time zone", { type: Type.Timestamp, member: zoned }],
  ["Duration", "leave it out", { type: Type.Duration, member: duration(4) }],
  ["Decimal", "cast it to FloatingPoint", { type: Type.Decimal, member: decimal }],
  ["Null", "leave it out", { type: Type.Null }],
  ["Struct", "leave it out", { type: Type.Struct_ }],
  ["number 99", "leave it out", { type: anyOf(99) }],
  ["NONE", "leave it out", { type: Type.NONE }],
  [
    "FixedSizeBinary",
    "cast it to Binary",
    { type: Type.FixedSizeBinary, member: (builder) => FixedSizeBinary.createFixedSizeBinary(builder, 4) },
  ],
  ["Dictionary of Utf8", "cast it to Utf8", { type: Type.Utf8, dictionary: true }],
  ["Dictionary of LargeUtf8", "cast it to Utf8", { type: Type.LargeUtf8, dictionary: true }],
  ["Dictionary of Int", "cast it to Int", { type: Type.Int, member: int(8, true), dictionary: true }],
])("%s is refused: %s", (type, advice, field) => {
  const message = (what: string): string => `${what}: no xarray variable has the Arrow type ${type}; ${advice}`;
  expect(() => read(field)).toThrow(refused(message("column 'v'")));
  const list = { type: Type.List, name: "w", children: [field] };
  expect(() => read(list)).toThrow(refused(message("the items of column 'w'")));
});

test("a column may come without a name", () => {
  const field = fieldBytes({ type: Type.Bool });
  expect(readField(FlatTable.root(field, 0, formatError))).toEqual({ name: "", type: "bool", item: undefined });
  const unnamed = fieldBytes({ type: Type.List, children: [{ type: Type.Null }] });
  expect(() => readField(FlatTable.root(unnamed, 0, formatError))).toThrow("the items of column ''");
});

test("a list of lists is refused, and the column is named", () => {
  const list = { type: Type.List, children: [{ type: Type.List, children: [{ type: Type.Bool }] }] };
  expect(() => read(list)).toThrow(
    refused("the items of column 'v' are lists themselves; a variable is one list of all its values"),
  );
});

test.each<[type: string, count: number, field: FieldParts]>([
  ["List", 0, { type: Type.List }],
  ["List", 0, { type: Type.List, children: [] }],
  ["List", 2, { type: Type.List, children: [{ type: Type.Bool }, { type: Type.Bool }] }],
  ["Utf8", 1, { type: Type.Utf8, children: [{ type: Type.Bool }] }],
])("%s with %i children is refused", (type, count, field) => {
  expect(() => read(field)).toThrow(
    refused(`column 'v' has ${count} children; ${type} has ${type === "List" ? 1 : 0}`),
  );
});
