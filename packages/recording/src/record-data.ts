import type { LogRecord } from "@dataqueues/core";

const fixedBytes = 28;

/**
 * The data of one MCAP message: a Kafka record without losses. All numbers are little-endian, as everywhere in MCAP.
 *
 * | bytes | what |
 * |---|---|
 * | 8 | offset, a signed integer |
 * | 8 | timestamp in ms since 1970, a signed integer |
 * | 4 | length of the key, -1 for none |
 * | 4 | length of the value, -1 for none (a tombstone) |
 * | 4 | number of headers |
 * | … | the key |
 * | … | for each header: length of the name (4), name in UTF-8, length of the value (4, -1 for none), value |
 * | … | the value, up to the end |
 */
export function encodeRecordData(record: LogRecord): Uint8Array<ArrayBuffer> {
  const { key, value, headers } = record;
  const names = headers.map(([name]) => new TextEncoder().encode(name));
  const headerBytes = headers.reduce(
    (sum, [, bytes], at) => sum + 8 + (names[at]?.length ?? 0) + (bytes?.length ?? 0),
    0,
  );
  const data = new Uint8Array(fixedBytes + (key?.length ?? 0) + headerBytes + (value?.length ?? 0));
  const view = new DataView(data.buffer);
  view.setBigInt64(0, record.offset, true);
  view.setBigInt64(8, BigInt(record.timestamp), true);
  view.setInt32(16, key?.length ?? -1, true);
  view.setInt32(20, value?.length ?? -1, true);
  view.setUint32(24, headers.length, true);
  let at = fixedBytes;
  const put = (bytes: Uint8Array | null): void => {
    data.set(bytes ?? [], at);
    at += bytes?.length ?? 0;
  };
  const putLength = (length: number): void => {
    view.setInt32(at, length, true);
    at += 4;
  };
  put(key);
  headers.forEach(([, bytes], index) => {
    const name = names[index] ?? new Uint8Array();
    putLength(name.length);
    put(name);
    putLength(bytes?.length ?? -1);
    put(bytes);
  });
  put(value);
  return data;
}
