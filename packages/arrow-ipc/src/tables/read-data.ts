import { invalidArgument } from "@dataqueues/arrays";
import type { ArrowArray } from "../datasets/arrow-table.ts";
import { countZeros, isSet, sliceBits } from "../datasets/bits.ts";
import { formatError } from "../datasets/format-error.ts";
import { widthOf } from "../datasets/type-width.ts";
import { concatArrays, maxOffset } from "./concat-arrays.ts";
import { bufferOf, bytesOf, countOf, listOf, membersOf } from "./members.ts";
import type { Members } from "./members.ts";
import type { TableField } from "./table-field.ts";
import { dictionaryItems, joinItems, viewItems, viewWidth } from "./text-items.ts";
import type { TextItem } from "./text-items.ts";

const none: Uint8Array = new Uint8Array(0);

/** Values of a column: `data` is what apache-arrow calls `Data`, found at `path`; those from `start` to `end` are read. */
interface Part {
  readonly field: TableField;
  readonly path: string;
  readonly data: Members;
  readonly start: number;
  readonly end: number;
}

type Nulls = Pick<ArrowArray, "nullCount" | "validity">;

/**
 * Reads what apache-arrow calls `Data`, as views of its buffers. Each table needs a reader of its own, because it counts
 * the bytes of all text that it copies: with a dictionary, a small table could take any number of them.
 */
export class DataReader {
  readonly #dictionaries = new Map<unknown, readonly TextItem[]>();
  #textBytesLeft: number;

  constructor(maxTextBytes: number) {
    this.#textBytesLeft = maxTextBytes;
  }

  /** The values of a column in one batch. Their offsets begin with 0 and end at the end of the values. */
  read(field: TableField, path: string, value: unknown): ArrowArray {
    return this.#read(wholePart(field, path, value));
  }

  #read(part: Part): ArrowArray {
    const { field, start, end } = part;
    const array = {
      field,
      length: end - start,
      ...readNulls(part),
      offsets: new Int32Array(0),
      values: none,
      item: undefined,
    };
    switch (field.layout) {
      case "width":
        return { ...array, values: readValues(part, widthOf(field.type)) };
      case "bits":
        return { ...array, values: readBits(part, "values") };
      case "views":
        return { ...array, ...this.#join(field, readViews(part, array)) };
      case "dictionary":
        return { ...array, ...this.#join(field, this.#dictionaryTexts(part, array)) };
      case "offsets":
        return { ...array, ...this.#readOffsets(part) };
      default:
        return field.layout satisfies never;
    }
  }

  #readOffsets(part: Part): Partial<ArrowArray> {
    const { field, path, data } = part;
    const [first, offsets] = readOffsets(part);
    const last = first + (offsets.at(-1) ?? 0);
    if (field.item === undefined) return { offsets, values: readRange(part, first, last) };
    // apache-arrow's lists without values may come without items.
    if (last === 0) return { offsets, item: concatArrays(field.item, []) };
    const [child] = listOf(`${path}.children`, data["children"]);
    const items = wholePart(field.item, `${path}.children[0]`, child);
    if (last > items.end) {
      throw formatError("size-mismatch", `column '${field.name}' has ${items.end} of ${last} values`);
    }
    return { offsets, item: this.#read({ ...items, start: first, end: last }) };
  }

  #dictionaryTexts(part: Part, nulls: Nulls): TextItem[] {
    const { field, path, data, start, end } = part;
    const indices = bufferOf(`${path}.values`, data["values"]);
    if (indices.length < end) {
      throw formatError("size-mismatch", `column '${field.name}' has ${indices.length} of ${end} values`);
    }
    const dictionary = this.#dictionary(field, `${path}.dictionary`, data["dictionary"]);
    return dictionaryItems(field.name, dictionary, indices.subarray(start, end), isNullIn(nulls));
  }

  /** The texts of a dictionary, which are read once for all batches that share it. */
  #dictionary(field: TableField, path: string, vector: unknown): readonly TextItem[] {
    const known = this.#dictionaries.get(vector);
    if (known !== undefined) return known;
    const { dictionary = field } = field;
    const chunks = listOf(`${path}.data`, membersOf(path, vector)["data"]);
    const texts = chunks.flatMap((chunk, index) => {
      const part = wholePart(dictionary, `${path}.data[${index}]`, chunk);
      return dictionary.layout === "views" ? readViews(part, readNulls(part)) : textItems(this.#read(part));
    });
    this.#dictionaries.set(vector, texts);
    return texts;
  }

  #join({ name }: TableField, items: readonly TextItem[]): Partial<ArrowArray> {
    const size = items.reduce((total, item) => total + (item?.length ?? 0), 0);
    this.#textBytesLeft -= size;
    // At numpy's fixed width the text takes at least as much, so it would be refused later.
    if (this.#textBytesLeft < 0) {
      const message = `the text up to column '${name}' takes more than maxTextBytes at numpy's fixed width`;
      throw formatError("text-size", message);
    }
    if (size > maxOffset) throw formatError("size-mismatch", `the text of column '${name}' takes more than 2 GiB`);
    return joinItems(items);
  }
}

function wholePart(field: TableField, path: string, value: unknown): Part {
  const data = membersOf(path, value);
  return { field, path, data, start: 0, end: countOf(`${path}.length`, data["length"]) };
}

/** The bytes from `first` to `last` of the values. */
function readRange({ field, path, data }: Part, first: number, last: number): Uint8Array {
  const bytes = bytesOf(`${path}.values`, data["values"]);
  if (bytes.length >= last) return bytes.subarray(first, last);
  throw formatError("size-mismatch", `column '${field.name}' has ${bytes.length} of ${last} bytes`);
}

/** The bytes of values that all have the same width. */
function readValues(part: Part, width: number): Uint8Array {
  return readRange(part, part.start * width, part.end * width);
}

/** Bits for the values. apache-arrow's bits begin at `offset`; its other buffers begin with the first value. */
function readBits({ field, path, data, start, end }: Part, buffer: "values" | "nullBitmap"): Uint8Array {
  const bits = bytesOf(`${path}.${buffer}`, data[buffer]);
  const offset = countOf(`${path}.offset`, data["offset"]);
  const needed = Math.ceil((offset + end) / 8);
  if (bits.length < needed) {
    throw formatError("size-mismatch", `column '${field.name}' has ${bits.length} of ${needed} bytes`);
  }
  return sliceBits(bits, offset + start, end - start);
}

function readNulls(part: Part): Nulls {
  const { path, data, start, end } = part;
  if (countOf(`${path}.nullCount`, data["nullCount"]) === 0) return { nullCount: 0, validity: none };
  const validity = readBits(part, "nullBitmap");
  const nullCount = countZeros(validity, end - start);
  return { nullCount, validity: nullCount === 0 ? none : validity };
}

function isNullIn({ nullCount, validity }: Nulls): (index: number) => boolean {
  return (index) => nullCount > 0 && isSet(validity, index) === 0;
}

/** Where the first value begins, and the offsets from there. */
function readOffsets({ field, path, data, start, end }: Part): [first: number, offsets: Int32Array] {
  // An array without values may come without offsets.
  if (start === end) return [0, new Int32Array(1)];
  const raw = bufferOf(`${path}.valueOffsets`, data["valueOffsets"]);
  if (!(raw instanceof Int32Array || raw instanceof BigInt64Array)) {
    throw invalidArgument(`${path}.valueOffsets`, "an Int32Array or a BigInt64Array", raw);
  }
  if (raw.length < end + 1) {
    throw formatError("size-mismatch", `column '${field.name}' has ${raw.length} of ${end + 1} offsets`);
  }
  const [first, last] = [Number(raw[start]), Number(raw[end])];
  if (first < 0 || last - first > maxOffset) {
    throw formatError("size-mismatch", `the offsets of column '${field.name}' go from ${first} to ${last}`);
  }
  for (let index = start; index < end; index++) {
    // Before they become int32: a large one could wrap to anything.
    if ((raw[index + 1] ?? 0) >= (raw[index] ?? 0)) continue;
    throw formatError("size-mismatch", `the offsets of column '${field.name}' decrease`);
  }
  if (raw instanceof Int32Array && first === 0) return [first, raw.subarray(start, end + 1)];
  return [first, Int32Array.from({ length: end - start + 1 }, (_, index) => Number(raw[start + index]) - first)];
}

function readViews(part: Part, nulls: Nulls): TextItem[] {
  const { field, path, data } = part;
  const views = readValues(part, viewWidth);
  const buffers = listOf(`${path}.variadicBuffers`, data["variadicBuffers"]).map((buffer, index) =>
    bytesOf(`${path}.variadicBuffers[${index}]`, buffer),
  );
  return viewItems(field.name, views, buffers, isNullIn(nulls));
}

function textItems(array: ArrowArray): TextItem[] {
  const { length, offsets, values } = array;
  const isNull = isNullIn(array);
  return Array.from({ length }, (_, index) =>
    isNull(index) ? undefined : values.subarray(offsets[index], offsets[index + 1]),
  );
}
