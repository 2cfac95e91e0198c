import { slots } from "@dataqueues/arrow-ipc";
import type { FlatTable } from "@dataqueues/arrow-ipc";
import type { Budget } from "./budget.ts";
import { valueInMemory, valueWithoutBytes } from "./budget.ts";
import { checkIndices, checkOffsets, checkTimes, checkUnion, checkViews } from "./check-values.ts";
import type { Dictionary } from "./check-values.ts";
import { decompressor } from "./decompress.ts";
import type { Decompress } from "./decompress.ts";
import type { FieldLayout } from "./field-layout.ts";
import { formatError } from "./format-error.ts";

type FieldOf<Kind extends FieldLayout["kind"]> = Extract<FieldLayout, { kind: Kind }>;
type FixedField = FieldOf<"fixed">;
type FlatField = FieldOf<"bool" | "fixed" | "bytes" | "views" | "dictionary">;
type NestedField = FieldOf<"list" | "fixedSizeList" | "struct">;

/** What is known of an array whose values were checked. */
export interface CheckedArray {
  readonly length: number;
  /** About how many bytes the values from `start` to `end` stand for, with those of dictionaries. */
  readonly weigh: (start: number, end: number) => number;
}

/** The parts of a message that holds a batch. */
export interface BatchParts {
  readonly batch: FlatTable;
  readonly body: Uint8Array;
  /** Where the body starts in the message, for errors. */
  readonly bodyOffset: number;
}

/** What the arrays of a batch are checked against. */
export interface BatchContext {
  readonly dictionaries: ReadonlyMap<number, Dictionary>;
  readonly budget: Budget;
  readonly acceptsAllTimes: boolean;
}

/**
 * Checks a record batch, or the batch in a dictionary batch: that its buffers lie in the body, one after the other, and
 * that all that apache-arrow does not check holds for their values.
 *
 * @returns the array of each field, all of one length
 */
export function checkBatch(parts: BatchParts, fields: readonly FieldLayout[], context: BatchContext): CheckedArray[] {
  const { batch } = parts;
  const checker = new BatchChecker(parts, context);
  const rows = batch.size(slots.recordBatch.length) ?? 0;
  if (fields.length === 0) context.budget.takeBytes(valueWithoutBytes * rows);
  const arrays = fields.map((field) => checker.array(field));
  checker.end();
  arrays.forEach(({ length }, index) => {
    if (length === rows) return;
    const path = fields[index]?.path ?? "";
    throw formatError("size-mismatch", `column '${path}' has ${length} values in ${rows} rows`, { path });
  });
  return arrays;
}

/** Takes the nodes and buffers of a batch in turn, as apache-arrow does: in the order of a depth-first walk. */
class BatchChecker {
  readonly #nodes: Iterator<[number, number]>;
  readonly #buffers: Iterator<[number, number]>;
  readonly #viewBufferCounts: Iterator<number>;
  readonly #body: Uint8Array;
  readonly #bodyOffset: number;
  readonly #context: BatchContext;
  readonly #decompress: Decompress;
  #end = 0;

  constructor({ batch, body, bodyOffset }: BatchParts, context: BatchContext) {
    this.#nodes = batch.sizePairs(slots.recordBatch.nodes);
    this.#buffers = batch.sizePairs(slots.recordBatch.buffers);
    this.#viewBufferCounts = batch.sizes(slots.recordBatch.variadicBufferCounts);
    this.#body = body;
    this.#bodyOffset = bodyOffset;
    this.#context = context;
    this.#decompress = decompressor(batch.table(slots.recordBatch.compression), context.budget);
  }

  array(field: FieldLayout): CheckedArray {
    const { budget } = this.#context;
    budget.takeArray();
    const [length, nullCount] = take(this.#nodes, "nodes");
    const { path } = field;
    if (nullCount > length) {
      throw formatError("size-mismatch", `column '${path}' has ${nullCount} nulls among ${length} values`, { path });
    }
    if (field.kind === "null") {
      budget.takeBytes(valueWithoutBytes * length, path);
      return { length, weigh: (start, end) => valueWithoutBytes * (end - start) };
    }
    if (field.kind === "union") return this.#union(field, length);
    const validity = this.#buffer(nullCount > 0 ? Math.ceil(length / 8) : 0, 1, path);
    if (isNested(field)) return this.#nested(field, length);
    return this.#flat(field, length, nullCount > 0 ? validity : undefined);
  }

  end(): void {
    const rest = [this.#nodes.next(), this.#buffers.next(), this.#viewBufferCounts.next()];
    if (rest.some(({ done }) => !done)) {
      throw formatError("format", "the Arrow batch has more nodes or buffers than its schema");
    }
  }

  /** A field whose values lie in its own buffers, or in a dictionary. */
  #flat(field: FlatField, length: number, validity: Uint8Array | undefined): CheckedArray {
    const { path } = field;
    switch (field.kind) {
      case "bool":
        this.#buffer(Math.ceil(length / 8), 1, path);
        return { length, weigh: (start, end) => valueInMemory * (end - start) };
      case "fixed":
        return this.#fixed(field, length, validity);
      case "bytes": {
        const at = this.#offsets(field.offsetSize, length, path);
        this.#buffer(at(length), 1, path);
        return { length, weigh: (start, end) => at(end) - at(start) + valueInMemory * (end - start) };
      }
      case "views":
        return this.#views(path, length, validity);
      default: {
        const { budget, dictionaries } = this.#context;
        const indices = this.#buffer(field.indexSize * length, field.indexSize, path);
        const weights = dictionaries.get(field.id)?.weights ?? new Float64Array(0);
        const { weigh, total } = checkIndices(indices, length, validity, field, weights);
        budget.takeBytes(total, path);
        return { length, weigh };
      }
    }
  }

  #fixed({ path, size, itemSize, largest }: FixedField, length: number, validity?: Uint8Array): CheckedArray {
    const { budget, acceptsAllTimes } = this.#context;
    const values = this.#buffer(size * length, itemSize, path);
    if (largest !== undefined && !acceptsAllTimes) checkTimes(values, length, validity, largest, path);
    if (size === 0) budget.takeBytes(valueWithoutBytes * length, path);
    const each = size === 0 ? valueWithoutBytes : Math.max(size, valueInMemory);
    return { length, weigh: (start, end) => each * (end - start) };
  }

  /** A field whose values are those of its children. */
  #nested(field: NestedField, length: number): CheckedArray {
    const { budget } = this.#context;
    const { path } = field;
    switch (field.kind) {
      case "list": {
        const at = this.#offsets(field.offsetSize, length, path);
        const items = this.#child(field, at(length));
        return { length, weigh: (start, end) => items.weigh(at(start), at(end)) + valueInMemory * (end - start) };
      }
      case "fixedSizeList": {
        const { size } = field;
        if (size === 0) budget.takeBytes(valueWithoutBytes * length, path);
        const items = this.#child(field, size * length);
        const weigh: CheckedArray["weigh"] = (start, end) =>
          items.weigh(size * start, size * end) + valueWithoutBytes * (end - start);
        return { length, weigh };
      }
      default:
        if (field.children.length === 0) budget.takeBytes(valueWithoutBytes * length, path);
        return this.#struct(field, length);
    }
  }

  /** A struct or a sparse union, whose children all have a value for each of its own. */
  #struct(field: FieldLayout, length: number): CheckedArray {
    const children = field.children.map((child) => this.#atLeast(child, length));
    return {
      length,
      weigh: (start, end) =>
        children.reduce((sum, child) => sum + child.weigh(start, end), valueWithoutBytes * (end - start)),
    };
  }

  #union(field: FieldLayout & { kind: "union" }, length: number): CheckedArray {
    const { path } = field;
    const typeIds = this.#buffer(length, 1, path);
    const offsets = field.isDense ? this.#buffer(4 * length, 4, path) : undefined;
    if (offsets === undefined) {
      const struct = this.#struct(field, length);
      checkUnion(field, typeIds, length);
      return struct;
    }
    const children = field.children.map((child) => this.array(child));
    const { childOf, placeOf } = checkUnion(field, typeIds, length, { offsets, children });
    return {
      length,
      weigh(start, end) {
        let sum = 0;
        for (let index = start; index < end; index++) {
          const place = placeOf(index);
          sum += (children[childOf(index)]?.weigh(place, place + 1) ?? 0) + valueInMemory;
        }
        return sum;
      },
    };
  }

  #views(path: string, length: number, validity: Uint8Array | undefined): CheckedArray {
    const views = this.#buffer(16 * length, 1, path);
    const { value: count = 0 } = this.#viewBufferCounts.next();
    const sizes: number[] = [];
    for (let index = 0; index < count; index++) sizes.push(this.#buffer(0, 1, path).length);
    const { weigh, total } = checkViews(views, length, validity, sizes, path);
    // Views may share bytes; only what they share is more than the message has.
    this.#context.budget.takeBytes(Math.max(0, total - sizes.reduce((sum, size) => sum + size, 0)), path);
    return { length, weigh };
  }

  #child(field: FieldLayout, needed: number): CheckedArray {
    const [child] = field.children;
    if (child === undefined) throw formatError("format", `column '${field.path}' has no items`, { path: field.path });
    return this.#atLeast(child, needed);
  }

  #atLeast(child: FieldLayout, needed: number): CheckedArray {
    const array = this.array(child);
    if (array.length >= needed) return array;
    const { path } = child;
    throw formatError("size-mismatch", `column '${path}' has ${array.length} of ${needed} values`, { path });
  }

  #offsets(offsetSize: 4 | 8, length: number, path: string): (index: number) => number {
    const bytes = this.#buffer(length === 0 ? 0 : offsetSize * (length + 1), offsetSize, path);
    return checkOffsets(bytes, offsetSize, length, path);
  }

  /**
   * The next buffer, which has at least `needed` bytes and starts where a view of numbers of `itemSize` bytes may start.
   * Buffers must follow each other, so that no byte is used twice.
   */
  #buffer(needed: number, itemSize: number, path: string): Uint8Array {
    const [start, size] = take(this.#buffers, "buffers");
    const offset = this.#bodyOffset + start;
    const end = start + size;
    if (size > 0 && (start < this.#end || end > this.#body.length)) {
      throw formatError("format", `a buffer of column '${path}' is not inside the Arrow body`, { path, offset });
    }
    if (size > 0) this.#end = end;
    const bytes = size === 0 ? noBytes : this.#decompress(this.#body.subarray(start, end), offset);
    if (bytes.length < needed) {
      throw formatError("size-mismatch", `column '${path}' has ${bytes.length} of ${needed} bytes`, { path });
    }
    if (bytes.byteOffset % itemSize !== 0) {
      throw formatError("format", `a buffer of column '${path}' is not aligned to ${itemSize} bytes`, { path, offset });
    }
    return bytes;
  }
}

const noBytes = new Uint8Array(0);

function isNested(field: FieldLayout): field is NestedField {
  return field.kind === "list" || field.kind === "fixedSizeList" || field.kind === "struct";
}

function take(pairs: Iterator<[number, number]>, what: string): [number, number] {
  const next = pairs.next();
  if (next.done) throw formatError("format", `the Arrow batch has fewer ${what} than its schema`);
  return next.value;
}
