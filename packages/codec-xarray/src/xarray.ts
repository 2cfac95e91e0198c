import type { Copy } from "@dataqueues/arrays";
import { checkBytes, guessFormat } from "@dataqueues/arrays";
import type { DataArray, Dataset } from "@dataqueues/arrays";
import {
  asDataset,
  formatError,
  isDatasetTable,
  isTable,
  readOptions,
  tableColumns,
  toColumns,
  toDataset,
} from "@dataqueues/arrow-ipc";
import type { ArrowTableLike } from "@dataqueues/arrow-ipc";
import type { Codec } from "@dataqueues/core";
import { readStream } from "./arrow-stream.ts";
import { writeStream } from "./write-stream.ts";

/** How `xarray()` decodes. */
export interface XarrayOptions {
  /**
   * `auto`, the default: arrays are views of the message where its bytes are aligned, else copies. `always`: copies, so
   * that an array does not keep the message in memory. `never`: an error where a view is not possible; text, and tables
   * that xarray itself exports, are converted nevertheless.
   */
  readonly copy?: Copy | undefined;
  /**
   * The most bytes that the text of a message may take at numpy's fixed width, where every item is as wide as the
   * longest: 64 MiB by default. It bounds the memory that a small message can take. `encode` refuses more, too.
   */
  readonly maxTextBytes?: number | undefined;
  /**
   * The most characters of the JSON that describes a Dataset with its attributes: 4 Mi by default. In memory the result
   * can be many times as large. `encode` refuses more, too.
   */
  readonly maxDescriptionLength?: number | undefined;
}

/** The codec of {@link xarray}, whose `encode` and `decode` work synchronously. */
export interface XarrayCodec extends Codec<Dataset | DataArray | ArrowTableLike, Dataset> {
  readonly name: "xarray";
  encode(value: Dataset | DataArray | ArrowTableLike): Uint8Array;
  decode(bytes: Uint8Array): Dataset;
}

/**
 * xarray Datasets as an Arrow IPC stream of one row, with a list of values for each variable, and with the description
 * of the Dataset in the schema's metadata. pyarrow, polars and DuckDB read it as a table. `docs/wire-formats.md` has
 * the layout, and the few lines of Python that make an `xarray.Dataset` of it.
 *
 * `encode` also takes a DataArray, which arrives as a Dataset with that one variable. `decode` reads the table that
 * xarray itself exports, `pyarrow.table(data_array)`, in the same way. `encode` takes both tables as apache-arrow's
 * Table, too: what `toTable` and `arrow()` of `@dataqueues/codec-arrow` give.
 *
 * `decode` throws a `FormatError` for bytes that are no Dataset. Its time and memory are bounded by the number of
 * bytes, whatever they are. `encode` throws a TypeError for a dtype or an attribute that has no form on the wire,
 * for a Dataset that `decode` with the same options would find too large, and for a Table without the description of a
 * Dataset; a `FormatError` for a Table that does not fit to its description.
 *
 * @throws TypeError that names an option that makes no sense
 */
export function xarray(options: XarrayOptions = {}): XarrayCodec {
  const read = readOptions(options);
  const views = { ...read, copy: "auto" } as const;
  return Object.freeze({
    name: "xarray",
    encode(value: Dataset | DataArray | ArrowTableLike) {
      const dataset = isTable(value) ? fromTable(value) : asDataset(value);
      if (dataset !== undefined) return writeStream(toColumns(dataset, read));
      throw new TypeError("xarray() encodes a Dataset, a DataArray or the Table of a Dataset");
    },
    decode(bytes: Uint8Array) {
      checkBytes(bytes);
      if (bytes.length === 0) throw formatError("empty", "there are no bytes to read a Dataset from", { offset: 0 });
      if (bytes[0] !== 0xff) {
        throw formatError("format", `this is ${guessFormat(bytes) ?? "no Arrow stream"}`, { offset: 0 });
      }
      return toDataset(readStream(bytes), read);
    },
  });

  function fromTable(table: ArrowTableLike): Dataset {
    if (isDatasetTable(table)) return toDataset(tableColumns(table, views), views);
    const advice = "send it with arrow(), or make a Dataset of it with fromTable(), both of @dataqueues/codec-arrow";
    throw new TypeError(`this Table has no key 'xarray' in its metadata, so it is not that of a Dataset; ${advice}`);
  }
}
