import { compressions, formatError, slots, widthOf } from "@dataqueues/arrow-ipc";
import type { ArrowArray, ArrowField, FlatTable } from "@dataqueues/arrow-ipc";

/**
 * Reads a record batch: the values of each field, as views of `body`.
 *
 * @param bodyOffset - where the body starts in the message, for errors
 */
export function readBatch(
  batch: FlatTable,
  fields: readonly ArrowField[],
  body: Uint8Array,
  bodyOffset: number,
): { rows: number; columns: ArrowArray[] } {
  const compression = batch.table(slots.recordBatch.compression);
  if (compression !== undefined) {
    const name = compressions[compression.uint8(slots.bodyCompression.codec) ?? 0] ?? "something unknown";
    const advice = "write it uncompressed, and let the producer compress";
    throw formatError("format", `the Arrow body is compressed with ${name}; ${advice}`);
  }
  if (batch.length(slots.recordBatch.variadicBufferCounts) > 0) {
    throw formatError("format", "the Arrow batch has buffers of views, but its schema has no view types");
  }
  const reader = new BatchReader(
    batch.sizePairs(slots.recordBatch.nodes),
    batch.sizePairs(slots.recordBatch.buffers),
    body,
    bodyOffset,
  );
  const rows = batch.size(slots.recordBatch.length) ?? 0;
  const columns = fields.map((field) => reader.array(field));
  reader.end();
  for (const column of columns) {
    if (column.length === rows) continue;
    throw formatError("size-mismatch", `column '${column.field.name}' has ${column.length} values in ${rows} rows`);
  }
  return { rows, columns };
}

/** The column of a table without rows. */
export function emptyColumn(field: ArrowField): ArrowArray {
  const empty = new Uint8Array(0);
  return {
    field,
    length: 0,
    nullCount: 0,
    validity: empty,
    offsets: new Int32Array(0),
    values: empty,
    item: undefined,
  };
}

/**
 * Takes the nodes and buffers of a record batch in turn: they stand in the order of a depth-first walk of the fields.
 */
class BatchReader {
  readonly #nodes: Iterator<[number, number]>;
  readonly #buffers: Iterator<[number, number]>;
  readonly #body: Uint8Array;
  readonly #bodyOffset: number;
  #end = 0;

  constructor(
    nodes: Iterator<[number, number]>,
    buffers: Iterator<[number, number]>,
    body: Uint8Array,
    bodyOffset: number,
  ) {
    this.#nodes = nodes;
    this.#buffers = buffers;
    this.#body = body;
    this.#bodyOffset = bodyOffset;
  }

  array(field: ArrowField): ArrowArray {
    const [length, nullCount] = take(this.#nodes, "nodes");
    const validity = this.#buffer(nullCount > 0 ? Math.ceil(length / 8) : 0, field);
    const hasOffsets = field.type === "list" || field.type === "string" || field.type === "binary";
    const offsets = hasOffsets ? this.#offsets(length, field) : new Int32Array(0);
    const last = offsets[length] ?? 0;
    if (field.item !== undefined) {
      const item = this.array(field.item);
      if (last > item.length) {
        throw formatError("size-mismatch", `column '${field.name}' has ${item.length} of ${last} values`);
      }
      return { field, length, nullCount, validity, offsets, values: new Uint8Array(0), item };
    }
    const needed = hasOffsets ? last : field.type === "bool" ? Math.ceil(length / 8) : length * widthOf(field.type);
    return { field, length, nullCount, validity, offsets, values: this.#buffer(needed, field), item: undefined };
  }

  end(): void {
    if (!this.#nodes.next().done || !this.#buffers.next().done) {
      throw formatError("format", "the Arrow batch has more nodes or buffers than its schema");
    }
  }

  /** The first `needed` bytes of the next buffer. Buffers must follow each other, so that no byte is used twice. */
  #buffer(needed: number, field: ArrowField): Uint8Array {
    const [start, size] = take(this.#buffers, "buffers");
    if (size < needed) throw formatError("size-mismatch", `column '${field.name}' has ${size} of ${needed} bytes`);
    if (needed === 0) return new Uint8Array(0);
    if (start < this.#end || start + size > this.#body.length) {
      const offset = this.#bodyOffset + start;
      throw formatError("format", `a buffer of column '${field.name}' is not inside the Arrow body`, { offset });
    }
    this.#end = start + size;
    return this.#body.subarray(start, start + needed);
  }

  #offsets(length: number, field: ArrowField): Int32Array {
    // An array without values may come without offsets.
    const bytes = this.#buffer(length === 0 ? 0 : 4 * (length + 1), field);
    const offsets = new Int32Array(new Uint8Array(bytes).buffer);
    offsets.forEach((offset, index) => {
      if (offset >= (offsets[index - 1] ?? 0)) return;
      throw formatError("size-mismatch", `the offsets of column '${field.name}' decrease`);
    });
    return offsets;
  }
}

function take(pairs: Iterator<[number, number]>, what: string): [number, number] {
  const next = pairs.next();
  if (next.done) throw formatError("format", `the Arrow batch has fewer ${what} than its schema`);
  return next.value;
}
