import { BufferType, DataType, RecordBatch, Table, util } from "apache-arrow";
import type { Data } from "apache-arrow";

/**
 * The table as apache-arrow's writer needs it. Of slices it writes three things wrong (in 21.2): batches without rows, whose
 * nested columns are incomplete; views of text or bytes, of which it skips as many as the slice skips; and the number of
 * nulls in a column of nothing else.
 */
export function writableTable(table: Table): Table {
  const batches = table.batches
    .filter(({ numRows }) => numRows > 0)
    .map((batch) => {
      const children = batch.data.children.map(writableData);
      if (children.every((child, index) => child === batch.data.children[index])) return batch;
      return new RecordBatch(table.schema, withChildren(batch.data, children), batch.metadata);
    });
  return new Table(table.schema, batches);
}

/** The same values, with views that begin at offset 0, and with the number of nulls. */
function writableData(data: Data): Data {
  const { type, length, offset, nullCount, buffers, children, valueOffsets } = data;
  if (isView(data)) {
    if (offset === 0) return data;
    buffers[BufferType.VALIDITY] = util.truncateBitmap(offset, length, data.nullBitmap);
    return data.clone(type, 0, length, nullCount, buffers);
  }
  if (DataType.isNull(type)) return nullCount === length ? data : data.clone(type, 0, length, length);
  const [items] = children;
  if (items === undefined || !children.some(isAffected)) return data;
  // The writer slices the children of a dense union that has an offset. A union has no nulls, which alone would need it.
  if (DataType.isUnion(type)) return data.clone(type, 0, length, nullCount, buffers, children.map(writableData));
  if (!(valueOffsets instanceof Int32Array || valueOffsets instanceof BigInt64Array)) {
    return withChildren(data, children.map(writableData));
  }
  // The writer slices the items of a list whose first offset is not 0.
  const [first, last] = [Number(valueOffsets[0] ?? 0), Number(valueOffsets[length] ?? 0)];
  buffers[BufferType.OFFSET] =
    valueOffsets instanceof Int32Array
      ? valueOffsets.map((end) => end - first)
      : valueOffsets.map((end) => end - BigInt(first));
  return data.clone(type, offset, length, nullCount, buffers, [writableData(items.slice(first, last - first))]);
}

function withChildren<Type extends DataType>(data: Data<Type>, children: Data[]): Data<Type> {
  return data.clone(data.type, data.offset, data.length, data.nullCount, data.buffers, children);
}

function isView({ type }: Data): boolean {
  return DataType.isUtf8View(type) || DataType.isBinaryView(type);
}

function isAffected(data: Data): boolean {
  return isView(data) || DataType.isNull(data.type) || data.children.some(isAffected);
}
