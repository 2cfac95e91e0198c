import { parseDtype, productOf } from "./dtype.ts";
import type { Descr, Field, FieldDescr, StructuredDType } from "./dtype.ts";
import { FormatError } from "./format-error.ts";
import { inspect } from "./inspect.ts";
import { NdArray } from "./ndarray.ts";
import type { Item } from "./ndarray.ts";

/** A row: its fields' items by their names; a subarray or nested row as NdArray or row. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * numpy's structured array: rows of named fields, `data` as they are on the wire, one row after the other. What one
 * usually wants of it are columns.
 *
 * @example
 * ```ts
 * const offsets = RecordArray.fromColumns([["antenna", "<U8"], ["offset", "<f8"]], {
 *   antenna: ["SKA001", "SKA002"],
 *   offset: [0.1, NaN],
 * });
 * offsets.column("offset").data; // Float64Array [0.1, NaN]
 * offsets.row(0); // { antenna: "SKA001", offset: 0.1 }
 * ```
 */
export class RecordArray implements Iterable<Row> {
  /** numpy's descr: a list of fields. */
  readonly dtype: readonly FieldDescr[];
  readonly shape: readonly number[];
  readonly data: Uint8Array;
  readonly #dtype: StructuredDType;

  /** @throws FormatError when dtype, shape and data do not go together */
  constructor(dtype: readonly FieldDescr[], shape: readonly number[], data: Uint8Array) {
    this.#dtype = structured(dtype);
    const needed = productOf(shape) * this.#dtype.itemsize;
    if (data.length !== needed) {
      const message = `rows of ${this.#dtype.itemsize} bytes in shape (${shape.join(", ")}) take ${needed} bytes, not ${data.length}`;
      throw new FormatError(message, { codec: "numpy", code: "size-mismatch" });
    }
    this.dtype = dtype;
    this.shape = shape;
    this.data = data;
  }

  /** Rows of equally long columns: lists of items, or NdArrays whose first dimension is the rows. */
  static fromColumns(
    dtype: readonly FieldDescr[],
    columns: Readonly<Record<string, readonly Item[] | NdArray>>,
  ): RecordArray {
    const { fields, itemsize } = structured(dtype);
    const [first] = Object.values(columns);
    const length = first instanceof NdArray ? (first.shape[0] ?? 0) : (first?.length ?? 0);
    const data = new Uint8Array(length * itemsize);
    fields.forEach((field, index) => {
      const column = columns[field.name];
      if (column === undefined) throw refuse(`there is no column ${field.name}`);
      const format = formatOf(dtype, index, field);
      const array =
        column instanceof NdArray ? column : NdArray.ofItems(format, [column.length, ...field.shape], column);
      const bytes = field.dtype.itemsize * field.count;
      if (array.dtype !== format || array.data.byteLength !== length * bytes) {
        throw refuse(`column ${field.name} is ${array.toString()}, not ${length} rows of ${format}`);
      }
      const source = array.bytes;
      for (let row = 0; row < length; row += 1) {
        data.set(source.subarray(row * bytes, (row + 1) * bytes), row * itemsize + field.offset);
      }
    });
    const unknown = Object.keys(columns).find((name) => !fields.some((field) => field.name === name));
    if (unknown !== undefined) throw refuse(`there is no field ${unknown}`);
    return new RecordArray(dtype, [length], data);
  }

  /** Rows given one by one. */
  static fromRows(dtype: readonly FieldDescr[], rows: readonly Readonly<Record<string, Item>>[]): RecordArray {
    const columns: [string, Item[]][] = dtype.map(([name]) => [
      name,
      rows.map((row, index) => {
        const item = row[name];
        if (item === undefined) throw refuse(`row ${index} has no ${name}`);
        return item;
      }),
    ]);
    return RecordArray.fromColumns(dtype, Object.fromEntries(columns));
  }

  /** How many rows. */
  get size(): number {
    return productOf(this.shape);
  }

  /** Bytes of one row. */
  get itemsize(): number {
    return this.#dtype.itemsize;
  }

  /** The names of the fields, in their order. */
  get names(): string[] {
    return this.#dtype.fields.map(({ name }) => name);
  }

  /** One field of all rows, gathered into an array of its own: this array's shape, and the field's behind it. */
  column(name: string): NdArray {
    const index = this.#dtype.fields.findIndex((field) => field.name === name);
    const field = this.#dtype.fields[index];
    if (field === undefined) throw refuse(`there is no field ${name}, there are ${this.names.join(", ")}`);
    const bytes = field.dtype.itemsize * field.count;
    const gathered = new Uint8Array(this.size * bytes);
    for (let row = 0; row < this.size; row += 1) {
      const start = row * this.itemsize + field.offset;
      gathered.set(this.data.subarray(start, start + bytes), row * bytes);
    }
    return NdArray.fromBytes(formatOf(this.dtype, index, field), [...this.shape, ...field.shape], gathered);
  }

  /** One row by its place in C order. */
  row(index: number): Row {
    if (!(index >= 0 && index < this.size)) throw new RangeError(`there is no row ${index}`);
    const start = index * this.itemsize;
    return readRow(this.#dtype, this.dtype, this.data.subarray(start, start + this.itemsize));
  }

  *[Symbol.iterator](): Generator<Row, void, undefined> {
    for (let index = 0; index < this.size; index += 1) yield this.row(index);
  }

  /** A line for logs. */
  toString(): string {
    return `RecordArray (${this.shape.join(", ")}) of ${this.names.join(", ")}`;
  }

  [inspect](): string {
    return this.toString();
  }
}

function readRow(dtype: StructuredDType, descr: readonly FieldDescr[], bytes: Uint8Array): Row {
  const row: Record<string, unknown> = Object.create(null);
  dtype.fields.forEach((field, index) => {
    const part = bytes.subarray(field.offset, field.offset + field.dtype.itemsize * field.count);
    const format: Descr | undefined = descr[index]?.[1];
    if (field.dtype.kind === "struct" && Array.isArray(format)) {
      const nested = format as readonly FieldDescr[];
      const rows = new RecordArray(nested, field.shape, part);
      row[field.name] = field.shape.length === 0 ? rows.row(0) : rows;
      return;
    }
    const array = NdArray.fromBytes(formatOf(descr, index, field), field.shape, part);
    row[field.name] = field.shape.length === 0 ? array.item(0) : array;
  });
  return row;
}

function structured(dtype: readonly FieldDescr[]): StructuredDType {
  const parsed = parseDtype(dtype);
  if (parsed.kind !== "struct") throw refuse("this dtype has no fields");
  return parsed;
}

/** The dtype string of a field that is not itself structured. */
function formatOf(descr: readonly FieldDescr[], index: number, { name }: Field): string {
  const format = descr[index]?.[1];
  if (typeof format !== "string") throw refuse(`field ${name} is itself structured: read it by rows`);
  return format;
}

function refuse(message: string): FormatError {
  return new FormatError(message, { codec: "numpy", code: "dtype" });
}
