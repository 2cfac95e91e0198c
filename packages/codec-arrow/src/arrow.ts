import { checkBytes, checkLimit, checkRecord, checkWord, guessFormat } from "@dataqueues/arrays";
import type { Copy } from "@dataqueues/arrays";
import { isTable } from "@dataqueues/arrow-ipc";
import type { Codec } from "@dataqueues/core";
import { DataType, Table, tableFromIPC, tableToIPC } from "apache-arrow";
import { checkFile, hasMagic } from "./check-file.ts";
import { checkStream } from "./check-stream.ts";
import { formatError } from "./format-error.ts";
import { writableTable } from "./writable-table.ts";

/** How `arrow()` encodes and decodes. */
export interface ArrowOptions {
  /** What `encode` writes: an Arrow IPC `stream`, the default, or a `file`. `decode` reads both. */
  readonly format?: "stream" | "file" | undefined;
  /**
   * `auto`, the default: the table's arrays are views of the message if its bytes are aligned to 8, else of one copy of
   * it. `always`: of a copy, so that an array does not keep the memory around the message. `never`: an error where a
   * view is not possible.
   */
  readonly copy?: Copy | undefined;
  /** The most arrays that a message may have in its schema and all its batches: 32,768 by default. */
  readonly maxArrays?: number | undefined;
  /**
   * The most bytes that a message may stand for beyond its own: 64 MiB by default. Text in a dictionary counts as often
   * as an index refers to it, a view of text as often as others share its bytes, a null of a column without a type as 64
   * bytes.
   */
  readonly maxExpandedBytes?: number | undefined;
  /**
   * `readable`, the default: times beyond what apache-arrow's `get` gives as a number of milliseconds are an error.
   * `any`: they are accepted; `get` throws a TypeError for them, and `toArray` gives them as they are. numpy's NaT,
   * where it was not written as null, is always accepted; in s, ms and us it is such a time for `get`.
   */
  readonly times?: "readable" | "any" | undefined;
}

/** The codec of {@link arrow}, whose `encode` and `decode` work synchronously. */
export interface ArrowCodec extends Codec<Table> {
  readonly name: "arrow";
  encode(value: Table): Uint8Array;
  decode(bytes: Uint8Array): Table;
}

/**
 * apache-arrow's Table as an Arrow IPC stream or file, as pyarrow, polars, DuckDB and others write and read it.
 *
 * `decode` reads any stream or file with the types that apache-arrow reads: several batches, dictionaries, nested types.
 * Before apache-arrow reads the bytes, all that it would trust is checked: whatever they are, `decode` gives a Table all
 * of whose values can be read (`get` only not a NaT, see {@link ArrowOptions.times}), or throws a `FormatError`. Its time and memory are bounded by the number of bytes and by the
 * options.
 *
 * Text is not decoded before it is read. apache-arrow replaces what is not UTF-8 by U+FFFD.
 *
 * @throws TypeError that names an option that makes no sense
 *
 * @example
 * ```ts
 * const bytes = arrow().encode(tableFromArrays({ antenna: [1, 2], gain: Float32Array.of(0.5, 0.25) }));
 * const gains = arrow().decode(bytes).getChild("gain")?.toArray(); // Float32Array, a view of the bytes
 * ```
 */
export function arrow(options: ArrowOptions = {}): ArrowCodec {
  checkRecord("options", options);
  const { format = "stream", copy = "auto", maxArrays = 2 ** 15, maxExpandedBytes = 2 ** 26 } = options;
  const { times = "readable" } = options;
  checkWord("format", format, ["stream", "file"]);
  checkWord("copy", copy, ["auto", "always", "never"]);
  checkWord("times", times, ["readable", "any"]);
  checkLimit("maxArrays", maxArrays);
  checkLimit("maxExpandedBytes", maxExpandedBytes);
  const guard = { maxArrays, maxExpandedBytes, acceptsAllTimes: times === "any", mayCopy: copy !== "never" };
  return Object.freeze({
    name: "arrow",
    encode: (table: Table) => encode(table, format),
    decode(bytes: Uint8Array) {
      checkBytes(bytes);
      const isFile = hasMagic(bytes, 0);
      checkStart(bytes, isFile);
      const aligned = align(bytes, copy);
      if (isFile) checkFile(aligned, guard);
      else checkStream(aligned, guard);
      return read(aligned);
    },
  });
}

function encode(table: Table, format: "stream" | "file"): Uint8Array {
  // Table takes other copies of apache-arrow for its own, but its writer leaves out the buffers of their types.
  if (!(table instanceof Table) || !table.schema.fields.every(({ type }) => type instanceof DataType)) {
    const advice =
      "make it with the same one: of the same version, and with import() where require() gives another copy";
    const hint = isTable(table) ? `; this one is of another copy of apache-arrow, ${advice}` : "";
    throw new TypeError(`arrow() encodes a Table of apache-arrow${hint}`);
  }
  if (table.schema.names.includes("")) {
    throw new TypeError("arrow() cannot encode a column whose name is empty: apache-arrow does not write that name");
  }
  const bytes = tableToIPC(writableTable(table), format);
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}

function read(bytes: Uint8Array): Table {
  try {
    return tableFromIPC(bytes);
  } catch (cause) {
    // A codec of compressionRegistry that gave the guard something else.
    throw formatError("format", "apache-arrow cannot read the table", { cause });
  }
}

function checkStart(bytes: Uint8Array, isFile: boolean): void {
  if (bytes.length === 0) throw formatError("empty", "there are no bytes to read a table from", { offset: 0 });
  if (isFile || bytes[0] === 0xff) return;
  const old = "no Arrow stream, or one from before Arrow 0.15; write that anew";
  throw formatError("format", `this is ${guessFormat(bytes) ?? old}`, { offset: 0 });
}

/** The bytes, or a copy of them, such that apache-arrow can view their numbers. */
function align(bytes: Uint8Array, copy: Copy): Uint8Array {
  const isAligned = bytes.byteOffset % 8 === 0;
  if (copy === "always" || (copy === "auto" && !isAligned)) return new Uint8Array(bytes);
  if (isAligned) return bytes;
  const message = "the message does not start at a multiple of 8 in its buffer, so that it cannot be viewed";
  throw formatError("copy", message, { offset: 0 });
}
