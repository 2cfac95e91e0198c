import { BodyCompression } from "apache-arrow/fb/body-compression";
import { CompressionType } from "apache-arrow/fb/compression-type";
import { Date } from "apache-arrow/fb/date";
import { Decimal } from "apache-arrow/fb/decimal";
import { DictionaryBatch } from "apache-arrow/fb/dictionary-batch";
import { DictionaryEncoding } from "apache-arrow/fb/dictionary-encoding";
import { Duration } from "apache-arrow/fb/duration";
import { Endianness } from "apache-arrow/fb/endianness";
import { Field } from "apache-arrow/fb/field";
import { FixedSizeBinary } from "apache-arrow/fb/fixed-size-binary";
import { FixedSizeList } from "apache-arrow/fb/fixed-size-list";
import { FloatingPoint } from "apache-arrow/fb/floating-point";
import { Footer } from "apache-arrow/fb/footer";
import { Int } from "apache-arrow/fb/int";
import { Interval } from "apache-arrow/fb/interval";
import { KeyValue } from "apache-arrow/fb/key-value";
import { Map as ArrowMap } from "apache-arrow/fb/map";
import { Message } from "apache-arrow/fb/message";
import { MessageHeader } from "apache-arrow/fb/message-header";
import { MetadataVersion } from "apache-arrow/fb/metadata-version";
import { Precision } from "apache-arrow/fb/precision";
import { RecordBatch } from "apache-arrow/fb/record-batch";
import { Schema } from "apache-arrow/fb/schema";
import { Time } from "apache-arrow/fb/time";
import { TimeUnit } from "apache-arrow/fb/time-unit";
import { Timestamp } from "apache-arrow/fb/timestamp";
import { Type } from "apache-arrow/fb/type";
import { Union } from "apache-arrow/fb/union";
import { Builder } from "flatbuffers";
import { expect, test } from "vitest";
import {
  compressions,
  floatNames,
  littleEndian,
  messageHeaders,
  metadataVersions,
  slots,
  timeUnits,
  typeNames,
} from "@dataqueues/arrow-ipc";

// The numbers of @dataqueues/arrow-ipc against the code that flatc generated from Arrow's schemas. They are tested here,
// where apache-arrow is.

/** The names of an enumeration, by their numbers. */
function namesOf(enumeration: Readonly<Record<string, string | number>>): string[] {
  const names: string[] = [];
  for (const [name, value] of Object.entries(enumeration)) if (typeof value === "number") names[value] = name;
  return names;
}

test("each name stands at its number", () => {
  expect(messageHeaders).toEqual(namesOf(MessageHeader).with(0, "none"));
  expect(typeNames).toEqual(namesOf(Type).map((name) => name.replace("_", "")));
  expect(compressions).toEqual(namesOf(CompressionType).map((name) => name.replace("_FRAME", "")));
  expect(Object.entries({ SECOND: "s", MILLISECOND: "ms", MICROSECOND: "us", NANOSECOND: "ns" })).toEqual(
    namesOf(TimeUnit).map((name, number) => [name, timeUnits[number]]),
  );
  expect(Object.entries({ HALF: "halffloat", SINGLE: "float", DOUBLE: "double" })).toEqual(
    namesOf(Precision).map((name, number) => [name, floatNames[number]]),
  );
  expect(metadataVersions).toEqual({ v4: MetadataVersion.V4, v5: MetadataVersion.V5 });
  expect(littleEndian).toBe(Endianness.Little);
});

/** Notes the slots of the fields that are added. */
class SlotRecorder extends Builder {
  readonly slots: number[] = [];

  override addFieldInt8(slot: number): void {
    this.slots.push(slot);
  }

  override addFieldInt16(slot: number): void {
    this.slots.push(slot);
  }

  override addFieldInt32(slot: number): void {
    this.slots.push(slot);
  }

  override addFieldInt64(slot: number): void {
    this.slots.push(slot);
  }

  override addFieldOffset(slot: number): void {
    this.slots.push(slot);
  }
}

/** The slot of each field of a table, for which the generated class has a method such as `addBodyLength`. */
function slotsOf(table: object): Record<string, number | undefined> {
  const methods = Object.getOwnPropertyNames(table).filter((name) => /^add[A-Z]/.test(name));
  return Object.fromEntries(
    methods.map((method) => {
      const recorder = new SlotRecorder();
      const add: unknown = Reflect.get(table, method);
      if (typeof add === "function") Reflect.apply(add, table, [recorder, 0]);
      return [method.charAt(3).toLowerCase() + method.slice(4), recorder.slots[0]];
    }),
  );
}

test("each field of a table has its slot", () => {
  const tables = {
    message: Message,
    recordBatch: RecordBatch,
    dictionaryBatch: DictionaryBatch,
    bodyCompression: BodyCompression,
    footer: Footer,
    schema: Schema,
    keyValue: KeyValue,
    field: Field,
    dictionaryEncoding: DictionaryEncoding,
    int: Int,
    floatingPoint: FloatingPoint,
    decimal: Decimal,
    date: Date,
    time: Time,
    timestamp: Timestamp,
    interval: Interval,
    duration: Duration,
    fixedSizeBinary: FixedSizeBinary,
    fixedSizeList: FixedSizeList,
    map: ArrowMap,
    union: Union,
  };
  expect(slots).toEqual(Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, slotsOf(table)])));
});
