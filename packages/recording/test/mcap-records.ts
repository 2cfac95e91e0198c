import { McapIndexedReader, McapStreamReader } from "@mcap/core";
import type { McapTypes } from "@mcap/core";

import type { MemoryFile } from "./memory-file.ts";

type McapRecord = McapTypes.TypedMcapRecord;

/** The records of an MCAP file in their order, those of chunks with them; read by `@mcap/core`, which checks all checksums. */
export function mcapRecords(bytes: Uint8Array): McapRecord[] {
  const reader = new McapStreamReader({ includeChunks: true, validateCrcs: true });
  reader.append(bytes);
  const records: McapRecord[] = [];
  for (let record = reader.nextRecord(); record !== undefined; record = reader.nextRecord()) records.push(record);
  return records;
}

/** The records of one kind. */
export function recordsOf<Type extends McapRecord["type"]>(
  bytes: Uint8Array,
  type: Type,
): Extract<McapRecord, { type: Type }>[] {
  return mcapRecords(bytes).filter((record): record is Extract<McapRecord, { type: Type }> => record.type === type);
}

/** Opens a file by its summary, as tools do that look for single messages. */
export function indexedReader(file: MemoryFile): Promise<McapIndexedReader> {
  return McapIndexedReader.Initialize({ readable: file });
}
