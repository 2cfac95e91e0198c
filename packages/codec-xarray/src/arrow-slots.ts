// The fields that are read of Arrow's flatbuffer tables, each with its slot: its position in the declaration of the
// table, where a union takes two, its type and its value. The numbers are constants of their own, so that bundlers
// inline them.

// https://github.com/apache/arrow/blob/apache-arrow-21.0.0/format/Message.fbs

// table Message { version, header: MessageHeader (a union), bodyLength, custom_metadata }
export const messageVersion = 0;
export const messageHeaderType = 1;
export const messageHeader = 2;
export const messageBodyLength = 3;

// table RecordBatch { length, nodes, buffers, compression, variadicBufferCounts }
export const batchLength = 0;
export const batchNodes = 1;
export const batchBuffers = 2;
export const batchCompression = 3;
export const batchVariadicBufferCounts = 4;

// table BodyCompression { codec, method }
export const compressionCodec = 0;

// https://github.com/apache/arrow/blob/apache-arrow-21.0.0/format/Schema.fbs

// table Schema { endianness, fields, custom_metadata, features }
export const schemaEndianness = 0;
export const schemaFields = 1;
export const schemaCustomMetadata = 2;

// table KeyValue { key, value }
export const keyValueKey = 0;
export const keyValueValue = 1;

// table Field { name, nullable, type: Type (a union), dictionary, children, custom_metadata }
export const fieldName = 0;
export const fieldTypeType = 2;
export const fieldType = 3;
export const fieldDictionary = 4;
export const fieldChildren = 5;

// table Int { bitWidth, is_signed }
export const intBitWidth = 0;
export const intIsSigned = 1;

// table FloatingPoint { precision }
export const floatingPointPrecision = 0;

// table Timestamp { unit, timezone }
export const timestampUnit = 0;
export const timestampTimezone = 1;

// table Duration { unit }
export const durationUnit = 0;
