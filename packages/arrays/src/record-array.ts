import { isPrinted, littleEndian, descrToDtype, dtypeToDescr, shapeSize } from "./dtype.ts";
import type { Field, FieldDescr, StructuredDType } from "./dtype.ts";
import { checkRecord, invalidArgument } from "./invalid-argument.ts";
import { FormatError } from "./format-error.ts";
import { inspect } from "./inspect.ts";
import { NdArray } from "./ndarray.ts";
import type { NestedValues } from "./ndarray.ts";
import type { TypedArray } from "./typed-arrays.ts";
import { refuse } from "./refuse.ts";

/** A row: its fields' items by their names; a subarray as NdArray, a nested row as row. */
export type Row = Readonly<Record<string, unknown>>;

/** What a column can be made of: items, nested lists of them for a subarray, or an array with a row each. */
export type Column = readonly NestedValues[] | TypedArray | NdArray | RecordArray;

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
 * offsets.column("offset"); // Float64Array [0.1, NaN]
 * offsets.row(0); // { antenna: "SKA001", offset: 0.1 }
 * ```
 */
export class RecordArray implements Iterable<Row> {
  /** numpy's descr: a list of fields, every string in it as numpy prints it. */
  readonly dtype: readonly FieldDescr[];
  readonly shape: readonly number[];
  readonly data: Uint8Array;
  /** How many rows. */
  readonly size: number;
  readonly #dtype: StructuredDType;

  /** @throws FormatError when dtype, shape and data do not go together, TypeError for what is no data at all */
  constructor(dtype: readonly FieldDescr[], shape: readonly number[], data: Uint8Array) {
    this.#dtype = structured(dtype);
    if (!(data instanceof Uint8Array)) throw invalidArgument("data", "a Uint8Array", data);
    this.size = shapeSize(shape);
    const needed = this.size * this.#dtype.itemsize;
    if (data.length !== needed) {
      throw refuse("size-mismatch", `rows of shape (${shape.join(", ")}) take ${needed} bytes, not ${data.length}`);
    }
    this.dtype = isPrinted(dtype, this.#dtype) ? dtype : (dtypeToDescr(this.#dtype) as readonly FieldDescr[]);
    this.shape = shape;
    this.data = data;
  }

  /**
   * Rows of equally long columns, one for each field.
   *
   * @throws FormatError naming the column that is missing, not known, of another length, or whose items do not fit
   */
  static fromColumns(dtype: readonly FieldDescr[], columns: Readonly<Record<string, Column>>): RecordArray {
    const little = littleEndian(structured(dtype));
    const { fields, itemsize } = little;
    if (columns === undefined) throw invalidArgument("columns", "an object", columns);
    checkRecord("columns", columns);
    const unknown = Object.keys(columns).find((name) => !fields.some((field) => field.name === name));
    if (unknown !== undefined) missing("the dtype", unknown);
    const [first] = Object.values(columns);
    const length = first === undefined ? 0 : lengthOf(first);
    const data = new Uint8Array(length * itemsize);
    for (const field of fields) {
      if (field.name === "") continue;
      const column = columns[field.name] ?? missing("the columns", field.name);
      const source = naming(field.name, () => bytesOf(column, field, length));
      const width = field.dtype.itemsize * field.count;
      for (let row = 0; row < length; row += 1) {
        data.set(source.subarray(row * width, (row + 1) * width), row * itemsize + field.offset);
      }
    }
    return new RecordArray(dtypeToDescr(little) as readonly FieldDescr[], [length], data);
  }

  /**
   * Rows given one by one.
   *
   * @throws FormatError naming the row and the field that it lacks or that is not known, and as
   *   {@link RecordArray.fromColumns}
   */
  static fromRows(dtype: readonly FieldDescr[], rows: readonly Readonly<Record<string, NestedValues>>[]): RecordArray {
    const fields = structured(dtype).fields.map(({ name }) => name);
    const columns = new Map<string, NestedValues[]>();
    for (const name of [...fields, ...rows.flatMap((row) => Object.keys(row))]) {
      if (name === "" || columns.has(name)) continue;
      columns.set(
        name,
        rows.map((row, index) => row[name] ?? missing(`row ${index}`, name)),
      );
    }
    return RecordArray.fromColumns(dtype, Object.fromEntries(columns));
  }

  /** How many rows: the first dimension, as Python's `len`. */
  get length(): number {
    return this.shape[0] ?? 1;
  }

  /** Bytes of one row. */
  get itemsize(): number {
    return this.#dtype.itemsize;
  }

  /** The names of the fields, in their order. */
  get names(): string[] {
    return this.#dtype.fields.map(({ name }) => name).filter((name) => name !== "");
  }

  /**
   * One field of all rows, copied out: numbers as a typed array, text as strings. Of a subarray the items of each row
   * follow one another; {@link RecordArray.field} has its shape.
   *
   * @throws FormatError when there is no such field, or its items are rows themselves
   */
  column(name: string): TypedArray | readonly string[] {
    const field = this.field(name);
    if (field instanceof RecordArray) throw refuse("dtype", `field ${name} has fields itself: take field("${name}")`);
    return /[SU]/.test(field.dtype) ? Array.from(field, String) : field.data;
  }

  /**
   * One field of all rows, copied out into an array of its own, with this array's shape and the field's behind it.
   *
   * @throws FormatError when there is no such field
   */
  field(name: string): NdArray | RecordArray {
    const field = this.#dtype.fields.find((each) => each.name === name);
    if (field === undefined) return missing(this.names.join(", "), name);
    const width = field.dtype.itemsize * field.count;
    const gathered = new Uint8Array(this.size * width);
    for (let row = 0; row < this.size; row += 1) {
      const start = row * this.itemsize + field.offset;
      gathered.set(this.data.subarray(start, start + width), row * width);
    }
    return arrayOf(field, [...this.shape, ...field.shape], gathered);
  }

  /** One row by its place in C order. */
  row(index: number): Row {
    if (!(index >= 0 && index < this.size && Number.isInteger(index))) throw new RangeError(`there is no row ${index}`);
    const start = index * this.itemsize;
    const named = this.#dtype.fields.filter(({ name }) => name !== "");
    return Object.fromEntries(
      named.map((field) => {
        const from = start + field.offset;
        const part = this.data.subarray(from, from + field.dtype.itemsize * field.count);
        const array = arrayOf(field, field.shape, part);
        if (field.shape.length > 0) return [field.name, array];
        return [field.name, array instanceof RecordArray ? array.row(0) : array.item(0)];
      }),
    );
  }

  /** The rows, as `row(i)` gives them, in C order. */
  *[Symbol.iterator](): Generator<Row, void, undefined> {
    for (let index = 0; index < this.size; index += 1) yield this.row(index);
  }

  /** A line for logs: `RecordArray (2) [antenna <U8, offset <f8]`. */
  toString(): string {
    const fields = this.#dtype.fields.map(({ name, dtype, shape }) => {
      const format = dtype.kind === "struct" ? "rows" : String(dtypeToDescr(dtype));
      return `${name} ${format}${shape.length > 0 ? ` (${shape.join(", ")})` : ""}`;
    });
    return `RecordArray (${this.shape.join(", ")}) [${fields.join(", ")}]`;
  }

  /** What Node's console shows. */
  [inspect](): string {
    return this.toString();
  }
}

function arrayOf({ dtype }: Field, shape: readonly number[], bytes: Uint8Array): NdArray | RecordArray {
  const descr = dtypeToDescr(dtype);
  if (typeof descr === "string") return NdArray.fromBytes(descr, shape, bytes);
  return new RecordArray(descr as readonly FieldDescr[], shape, bytes);
}

function lengthOf(column: Column): number {
  return isArray(column) ? (column.shape[0] ?? 1) : column.length;
}

/** A column's bytes, row after row. */
function bytesOf(column: Column, { dtype, shape, count }: Field, length: number): Uint8Array {
  const format = dtypeToDescr(dtype);
  const rows = lengthOf(column);
  const isItems = rows === length && typeof format === "string" && !isArray(column);
  const array = isItems ? NdArray.from(column, { dtype: format, shape: [length, ...shape] }) : column;
  const same = isArray(array) && JSON.stringify(array.dtype) === JSON.stringify(format);
  if (rows === length && same && array.size === length * count) {
    return array instanceof NdArray ? array.bytes : array.data;
  }
  const found = isArray(array) ? array.toString() : `${rows} items`;
  throw refuse("dtype", `${found} instead of ${length} rows of ${JSON.stringify(format)} (${shape.join(", ")})`);
}

function isArray(column: Column): column is NdArray | RecordArray {
  return column instanceof NdArray || column instanceof RecordArray;
}

function structured(dtype: unknown): StructuredDType {
  const parsed = descrToDtype(dtype);
  if (parsed.kind !== "struct") throw refuse("dtype", "this dtype has no fields");
  return parsed;
}

/** Says in which column what goes wrong does. */
function naming<Result>(name: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw cause instanceof FormatError
      ? refuse(cause.code, `column ${name}: ${cause.message}`, undefined, cause)
      : cause;
  }
}

function missing(where: string, name: string): never {
  throw refuse("dtype", `there is no ${name} in ${where}`);
}
