// The numbers of Arrow's enumerations and unions, which the flatbuffers hold.

/**
 * The names in the union `MessageHeader`, by their numbers.
 * https://github.com/apache/arrow/blob/apache-arrow-21.0.0/format/Message.fbs
 */
export const messageHeaders: readonly string[] = [
  "none",
  "Schema",
  "DictionaryBatch",
  "RecordBatch",
  "Tensor",
  "SparseTensor",
];

/** By the numbers of `CompressionType` in Message.fbs. */
export const compressions: readonly string[] = ["LZ4", "ZSTD"];

/** The number of version 4 in `MetadataVersion`, the first whose messages can be read, and of version 5, the newest. */
export const metadataVersions = { v4: 3, v5: 4 } as const;

/**
 * The names in the union `Type`, by their numbers. Schema.fbs spells Struct with an underscore.
 * https://github.com/apache/arrow/blob/apache-arrow-21.0.0/format/Schema.fbs
 */
export const typeNames: readonly string[] = [
  "NONE",
  "Null",
  "Int",
  "FloatingPoint",
  "Binary",
  "Utf8",
  "Bool",
  "Decimal",
  "Date",
  "Time",
  "Timestamp",
  "Interval",
  "List",
  "Struct",
  "Union",
  "FixedSizeBinary",
  "FixedSizeList",
  "Map",
  "Duration",
  "LargeBinary",
  "LargeUtf8",
  "LargeList",
  "RunEndEncoded",
  "BinaryView",
  "Utf8View",
  "ListView",
  "LargeListView",
];

/** By the numbers of `Precision` in Schema.fbs, as pyarrow prints the types. */
export const floatNames: readonly string[] = ["halffloat", "float", "double"];

/** By the numbers of `TimeUnit` in Schema.fbs, as pyarrow prints them. */
export const timeUnits: readonly string[] = ["s", "ms", "us", "ns"];

/** The number of the byte order that can be read. */
export const littleEndian = 0;
