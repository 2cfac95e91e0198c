/**
 * The fields of Arrow's flatbuffer tables, each with its slot: its position in the declaration of the table, where a
 * union takes two, its type and its value.
 *
 * https://github.com/apache/arrow/blob/apache-arrow-21.0.0/format/Message.fbs and Schema.fbs and File.fbs beside it
 */
export const slots = {
  message: { version: 0, headerType: 1, header: 2, bodyLength: 3, customMetadata: 4 },
  recordBatch: { length: 0, nodes: 1, buffers: 2, compression: 3, variadicBufferCounts: 4 },
  dictionaryBatch: { id: 0, data: 1, isDelta: 2 },
  bodyCompression: { codec: 0, method: 1 },
  footer: { version: 0, schema: 1, dictionaries: 2, recordBatches: 3, customMetadata: 4 },
  schema: { endianness: 0, fields: 1, customMetadata: 2, features: 3 },
  keyValue: { key: 0, value: 1 },
  field: { name: 0, nullable: 1, typeType: 2, type: 3, dictionary: 4, children: 5, customMetadata: 6 },
  dictionaryEncoding: { id: 0, indexType: 1, isOrdered: 2, dictionaryKind: 3 },
  int: { bitWidth: 0, isSigned: 1 },
  floatingPoint: { precision: 0 },
  decimal: { precision: 0, scale: 1, bitWidth: 2 },
  date: { unit: 0 },
  time: { unit: 0, bitWidth: 1 },
  timestamp: { unit: 0, timezone: 1 },
  interval: { unit: 0 },
  duration: { unit: 0 },
  fixedSizeBinary: { byteWidth: 0 },
  fixedSizeList: { listSize: 0 },
  map: { keysSorted: 0 },
  union: { mode: 0, typeIds: 1 },
} as const;
