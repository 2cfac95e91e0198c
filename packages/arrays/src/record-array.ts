import { inspect } from "./array-repr.ts";
import { isPrinted, littleEndian, descrToDtype, dtypeToDescr, shapeSize } from "./dtype.ts";
import { FormatError, formatError } from "./errors.ts";
import { checkRecord, invalidArgument } from "./invalid-argument.ts";
import { NdArray } from "./ndarray.ts";
import type { TypedArray } from "./typed-arrays.ts";
import type { Field, FieldDescr, NestedValues, StructuredDType } from "./types.ts";

/** A row: the item of each field by its name. A subarray is an NdArray, a nested structure a row. */
export type Row = Readonly<Record<string, unknown>>;

/** The values of a column, one for each row: a list of items (nested lists for a subarray), or an array. */
export type Column = readonly NestedValues[] | TypedArray | NdArray | RecordArray;

/**
 * numpy's structured array: rows of named fields. `data` has the bytes of one row after the other, as on the wire. Use
 * `column` or `field` to read one field of all rows.
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
  /** numpy's descr: a list of fields, with every dtype as numpy prints it. */
  readonly dtype: readonly FieldDescr[];
  readonly shape: readonly number[];
  readonly data: Uint8Array;
  /** The number of rows in all. */
  readonly size: number;
  readonly #dtype: StructuredDType;

  /** @throws FormatError when dtype, shape and data do not fit together, TypeError when data is not a Uint8Array */
  constructor(dtype: readonly FieldDescr[], shape: readonly number[], data: Uint8Array) {
    this.#dtype = structured(dtype);
    if (!(data instanceof Uint8Array)) throw invalidArgument("data", "a Uint8Array", data);
    this.size = shapeSize(shape);
    const needed = this.size * this.#dtype.itemsize;
    if (data.length !== needed) {
      throw formatError(
        "size-mismatch",
        `rows of shape (${shape.join(", ")}) take ${needed} bytes, not ${data.length}`,
      );
    }
    this.dtype = isPrinted(dtype, this.#dtype) ? dtype : (dtypeToDescr(this.#dtype) as readonly FieldDescr[]);
    this.shape = shape;
    this.data = data;
  }

  /**
   * Rows made of columns of equal length, one for each field.
   *
   * @throws FormatError that names the column which is missing, unknown, of another length, or has an item that does not fit
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
   * Rows made of one object for each row.
   *
   * @throws FormatError that names a row and the field which it lacks, or for a reason of {@link RecordArray.fromColumns}
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

  /** The size of the first dimension, as Python's `len`. */
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
   * A copy of one field of all rows: a typed array for numbers, strings for text. The items of subarrays follow one
   * another, row by row; use {@link RecordArray.field} to get them with their shape.
   *
   * @throws FormatError when there is no such field, or it has fields itself
   */
  column(name: string): TypedArray | readonly string[] {
    const field = this.field(name);
    if (field instanceof RecordArray)
      throw formatError("dtype", `field ${name} has fields itself: take field("${name}")`);
    return /[SU]/.test(field.dtype) ? Array.from(field, String) : field.data;
  }

  /**
   * A copy of one field of all rows as an array. Its shape is this array's shape followed by that of the field.
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

  /** The row at an index in C order. */
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

  /** Called by Node's console. */
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

/** The bytes of a column, row by row. */
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
  throw formatError("dtype", `${found} instead of ${length} rows of ${JSON.stringify(format)} (${shape.join(", ")})`);
}

function isArray(column: Column): column is NdArray | RecordArray {
  return column instanceof NdArray || column instanceof RecordArray;
}

function structured(dtype: unknown): StructuredDType {
  const parsed = descrToDtype(dtype);
  if (parsed.kind !== "struct") throw formatError("dtype", "this dtype has no fields");
  return parsed;
}

/** Adds the name of the column to the errors of `work`. */
function naming<Result>(name: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw cause instanceof FormatError ? formatError(cause.code, `column ${name}: ${cause.message}`, { cause }) : cause;
  }
}

function missing(where: string, name: string): never {
  throw formatError("dtype", `there is no ${name} in ${where}`);
}
