/**
 * Changes an Arrow stream of one column so that its schema has that column `times` times: four bytes each, which all point
 * at the same table of the flatbuffer.
 */
export function repeatColumn(stream: Uint8Array, times: number): Uint8Array {
  const start = 8;
  const size = new DataView(stream.buffer).getInt32(4, true);
  const vector = start + size;
  const bytes = new Uint8Array(vector + 4 + 4 * times + 4);
  bytes.set(stream.subarray(0, vector));
  const view = new DataView(bytes.buffer);
  view.setInt32(4, bytes.length - start, true);

  const target = (at: number): number => at + view.getUint32(at, true);
  const field = (table: number, slot: number): number =>
    table + view.getUint16(table - view.getInt32(table, true) + 4 + 2 * slot, true);
  const schema = target(field(target(start), 2));
  const fields = field(schema, 1);
  const column = target(target(fields) + 4);
  view.setUint32(fields, vector - fields, true);
  view.setUint32(vector, times, true);
  for (let at = vector + 4; at < vector + 4 + 4 * times; at += 4) view.setUint32(at, column - at, true);
  return bytes;
}
